#include "server/ssh/sftp_reader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "server/base/text.h"
#include "server/ssh/channel.h"
#include "server/ssh/sftp_wire.h"

namespace tier0::ssh {
namespace {

constexpr std::uint32_t kProtocol = 3;
constexpr std::uint32_t kChunk = 32 * 1024;  // what every server gives in one piece
constexpr std::size_t kLargestPacket = 64 * 1024;
constexpr std::size_t kLongestPath = 4096;
constexpr std::uint32_t kTypeMask = 0170000, kRegular = 0100000, kFolder = 0040000, kLink = 0120000;
constexpr auto kGoodbye = std::chrono::seconds(1);

struct Attributes {
  std::uint64_t size = 0;
  std::uint32_t mode = 0;
};

std::optional<Attributes> parse_attributes(SftpBody& body) {
  Attributes found;
  const auto flags = body.u32();
  if (!flags) return std::nullopt;
  if ((*flags & sftp::kHasSize) != 0) found.size = body.u64().value_or(0);
  if ((*flags & sftp::kHasOwner) != 0) body.u64();
  if ((*flags & sftp::kHasMode) == 0) return std::nullopt;
  const auto mode = body.u32();
  if (!mode) return std::nullopt;
  found.mode = *mode;
  return found;
}

std::string type_name(std::uint32_t mode) {
  if ((mode & kTypeMask) == kFolder) return "a folder";
  if ((mode & kTypeMask) == kLink) return "a link";
  return "no regular file";
}

/// One file, read over one channel; one request at a time.
class Reader {
 public:
  Reader(Session& session, const std::string& path, const Cancel& cancel)
      : session_(session), path_(path), cancel_(cancel), inbox_(kLargestPacket) {}

  Result<FileContent> read(std::size_t limit) {
    T0_CHECK(start());
    // Before opening it: opening a FIFO would hang the server's process.
    T0_CHECK(attributes(sftp::kLstat, path_));
    T0_TRY(const SftpPacket opened, ask(sftp::kOpen, sftp::kHandle,
                                        SftpWriter().string(path_).u32(sftp::kForReading).u32(0)));
    const auto handle = reply_body(opened).string();
    if (!handle) return broken();
    const std::string open_file(*handle);
    T0_TRY(const Attributes facts, attributes(sftp::kFstat, open_file));

    FileContent content;
    T0_CHECK(fill(content.bytes, open_file, limit));
    content.size = std::max<std::size_t>(facts.size, content.bytes.size());
    leave();
    return content;
  }

 private:
  Result<Unit> start() {
    const auto receive = [this](Stream stream, std::string_view bytes) {
      if (stream == Stream::Out) inbox_.receive(bytes);
    };
    T0_TRY(channel_, Channel::open(session_, receive, cancel_));
    T0_CHECK(channel_->start_subsystem("sftp", cancel_));
    T0_CHECK(send(sftp_frame(sftp::kInit, SftpWriter().u32(kProtocol).bytes())));
    T0_TRY(const SftpPacket answer, receive_packet());
    if (answer.type != sftp::kVersion || SftpBody(answer.body).u32() != kProtocol) return broken();
    return Unit{};
  }

  Result<Unit> send(std::string_view bytes) {
    while (!bytes.empty()) {
      bytes.remove_prefix(channel_->write(bytes));
      if (channel_->ended()) return broken();
      if (!bytes.empty()) T0_CHECK(session_.wait(cancel_.deadline, cancel_));
    }
    return Unit{};
  }

  Result<SftpPacket> receive_packet() {
    for (;;) {
      if (auto packet = inbox_.take()) return *std::move(packet);
      if (inbox_.broken() || channel_->ended()) return broken();
      T0_CHECK(session_.wait(cancel_.deadline, cancel_));
    }
  }

  /// Sends a request and takes its answer, which is of the wanted type or a status.
  Result<SftpPacket> ask(std::uint8_t type, std::uint8_t wanted, const SftpWriter& arguments) {
    const std::uint32_t id = next_id_++;
    T0_CHECK(send(sftp_frame(type, SftpWriter().u32(id).bytes() + arguments.bytes())));
    T0_TRY(SftpPacket answer, receive_packet());
    SftpBody body(answer.body);
    if (body.u32() != id) return broken();
    if (answer.type == wanted) return answer;
    if (answer.type != sftp::kStatus) return broken();
    return failure(body.u32().value_or(0));
  }

  static SftpBody reply_body(const SftpPacket& packet) {
    SftpBody body(packet.body);
    body.u32();  // the id, compared already
    return body;
  }

  Result<Attributes> attributes(std::uint8_t type, const std::string& name) {
    T0_TRY(const SftpPacket answer, ask(type, sftp::kAttrs, SftpWriter().string(name)));
    SftpBody body = reply_body(answer);
    const auto found = parse_attributes(body);
    if (!found) return broken();
    if ((found->mode & kTypeMask) != kRegular)
      return Error{.code = Code::Forbidden,
                   .message = file() + " is " + type_name(found->mode),
                   .hint = "name a regular file; only those are read"};
    return *found;
  }

  Result<Unit> fill(std::string& bytes, const std::string& handle, std::size_t limit) {
    while (bytes.size() < limit) {
      const auto wanted =
          static_cast<std::uint32_t>(std::min<std::size_t>(kChunk, limit - bytes.size()));
      const auto answer =
          ask(sftp::kRead, sftp::kData, SftpWriter().string(handle).u64(bytes.size()).u32(wanted));
      if (!answer && at_end_) return Unit{};
      if (!answer) return answer.error();
      const auto data = reply_body(*answer).string();
      if (!data || data->empty() || data->size() > wanted) return broken();
      bytes += *data;
    }
    return Unit{};
  }

  /// Ends the subsystem, so that the connection can be used again; where the host takes too long,
  /// it is not.
  void leave() {
    channel_->end_input();
    const TimePoint latest = now() + kGoodbye;
    const Cancel patience = cancel_.sooner(latest);
    while (!channel_->ended() && session_.wait(latest, patience)) continue;
  }

  Error failure(std::uint32_t status) {
    at_end_ = status == sftp::kEof;
    if (status == sftp::kNoSuchFile)
      return {
          .code = Code::NotFound, .message = file() + " does not exist", .hint = "check the path"};
    if (status == sftp::kPermissionDenied)
      return {.code = Code::Forbidden,
              .message = "our user may not read " + file(),
              .hint = "let the user of ssh.user read it, or read it by a program under sudo"};
    return {.code = Code::Upstream,
            .message = file() + " could not be read",
            .hint = "look at the file and the disk there"};
  }

  Error broken() const {
    return {.code = Code::Upstream,
            .message = session_.where() + " does not speak SFTP version 3 as it should",
            .hint = "check the sftp subsystem in sshd_config there"};
  }

  std::string file() const { return clean_text(path_, 300) + " on " + session_.where(); }

  Session& session_;
  const std::string& path_;
  const Cancel& cancel_;
  SftpInbox inbox_;
  std::unique_ptr<Channel> channel_;
  std::uint32_t next_id_ = 1;
  bool at_end_ = false;
};

}  // namespace

Result<FileContent> read_file(Session& session, const std::string& path, std::size_t limit,
                              const Cancel& cancel) {
  if (path.empty() || path.size() > kLongestPath || path.find('\0') != std::string::npos)
    return Error{.code = Code::Validation,
                 .message = "the path is empty, too long, or contains a NUL byte",
                 .hint = "give the absolute path of a file",
                 .details = {{.field = "path", .problem = "not a path"}}};
  return Reader(session, path, cancel).read(limit);
}

}  // namespace tier0::ssh
