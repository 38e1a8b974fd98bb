#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/cancel.h"
#include "server/base/result.h"
#include "server/ssh/channel.h"
#include "server/ssh/session.h"
#include "server/ssh/sftp_wire.h"

namespace tier0::ssh {

struct SftpAttributes {
  std::uint64_t size = 0;
  std::uint32_t owner = 0;
  std::uint32_t mode = 0;

  std::uint32_t type() const { return mode & sftp::kTypeMask; }
};

/// "a folder", "a link" or "no regular file", for errors.
std::string file_type_name(const SftpAttributes& attributes);

/// The host's SFTP subsystem over a channel of its own, one request at a time. What the host
/// refuses is an error of kind not_found, forbidden or upstream; status() is then the host's word
/// for it. After any other error nothing more can be asked. For the session's thread only.
class SftpClient {
 public:
  /// Kind forbidden where the host has no such subsystem. `what` is what errors call the file.
  static Result<std::unique_ptr<SftpClient>> open(Session& session, std::string what,
                                                  const Cancel& cancel);

  /// Whether the host named that extension, in its first version, when it greeted us.
  bool offers(const std::string& extension) const { return extensions_.contains(extension); }
  std::uint32_t status() const { return status_; }
  bool usable() const { return usable_; }

  Result<SftpAttributes> lstat(const std::string& path, const Cancel& cancel);
  Result<SftpAttributes> fstat(const std::string& handle, const Cancel& cancel);
  Result<std::string> realpath(const std::string& path, const Cancel& cancel);
  /// Returns the handle. `mode` counts for a file that is made.
  Result<std::string> open_file(const std::string& path, std::uint32_t flags, std::uint32_t mode,
                                const Cancel& cancel);
  Result<Unit> close(const std::string& handle, const Cancel& cancel);
  /// From the start to the end, at most `limit` bytes.
  Result<std::string> read(const std::string& handle, std::size_t limit, const Cancel& cancel);
  Result<Unit> write(const std::string& handle, std::string_view bytes, const Cancel& cancel);
  Result<Unit> set_mode(const std::string& handle, std::uint32_t mode, const Cancel& cancel);
  Result<Unit> remove(const std::string& path, const Cancel& cancel);
  /// Fails where `to` exists.
  Result<Unit> rename(const std::string& from, const std::string& to, const Cancel& cancel);
  /// posix-rename@openssh.com: replaces `to`.
  Result<Unit> replace(const std::string& from, const std::string& to, const Cancel& cancel);
  /// fsync@openssh.com.
  Result<Unit> sync(const std::string& handle, const Cancel& cancel);
  /// The names in a folder, at most `limit` of them.
  Result<std::vector<std::string>> list(const std::string& path, std::size_t limit,
                                        const Cancel& cancel);

  /// Ends the subsystem, so that the connection can be used again; where the host takes too long,
  /// it is not.
  void leave(const Cancel& cancel);

 private:
  SftpClient(Session& session, std::string what);

  Result<Unit> greet(const Cancel& cancel);
  Result<Unit> send(std::string_view bytes, const Cancel& cancel);
  Result<SftpPacket> receive(const Cancel& cancel);
  /// Sends a request and returns the body of its answer, which is of the wanted type, behind its
  /// id. Kinds of the host's refusal, and those of the session.
  Result<std::string> ask(std::uint8_t type, std::uint8_t wanted, const SftpWriter& arguments,
                          const Cancel& cancel);
  Result<Unit> order(std::uint8_t type, const SftpWriter& arguments, const Cancel& cancel);
  Result<SftpAttributes> attributes(std::uint8_t type, const std::string& name,
                                    const Cancel& cancel);
  Result<std::string> handle_of(std::uint8_t type, const SftpWriter& arguments,
                                const Cancel& cancel);
  Error refusal() const;
  Error broken();

  Session& session_;
  const std::string what_;
  SftpInbox inbox_;
  std::unique_ptr<Channel> channel_;
  std::set<std::string> extensions_;
  std::uint32_t next_id_ = 1;
  std::uint32_t status_ = sftp::kOk;
  bool usable_ = true;
};

}  // namespace tier0::ssh
