#include "server/ssh/sftp_client.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "server/base/text.h"
#include "server/ssh/socket.h"

namespace tier0::ssh {
namespace {

constexpr std::uint32_t kProtocol = 3;
constexpr std::size_t kPiece = 32 * 1024;  // what every server takes and gives at once
constexpr std::size_t kLargestPacket = 64 * 1024;
constexpr std::size_t kLongestPath = 4096;
constexpr std::size_t kMostExtensions = 64;
constexpr std::size_t kMostExtendedAttributes = 64;
constexpr auto kGoodbye = std::chrono::seconds(1);

std::optional<SftpAttributes> parse_attributes(SftpBody& body) {
  SftpAttributes found;
  const auto flags = body.u32();
  if (!flags) return std::nullopt;
  if ((*flags & sftp::kHasSize) != 0) found.size = body.u64().value_or(0);
  if ((*flags & sftp::kHasOwner) != 0) {
    found.owner = body.u32().value_or(0);
    body.u32();  // the group
  }
  if ((*flags & sftp::kHasMode) == 0) return std::nullopt;
  const auto mode = body.u32();
  if (!mode) return std::nullopt;
  found.mode = *mode;
  return found;
}

/// Takes what a name in a list has behind it; false where it is no such thing.
bool skip_attributes(SftpBody& body) {
  const auto flags = body.u32();
  if (!flags) return false;
  bool whole = true;
  if ((*flags & sftp::kHasSize) != 0) whole = body.u64().has_value();
  if ((*flags & sftp::kHasOwner) != 0) whole = body.u64().has_value();
  if ((*flags & sftp::kHasMode) != 0) whole = body.u32().has_value();
  if ((*flags & sftp::kHasTimes) != 0) whole = body.u64().has_value();
  if ((*flags & sftp::kHasExtended) == 0) return whole;
  const std::uint32_t pairs = body.u32().value_or(kMostExtendedAttributes + 1);
  if (pairs > kMostExtendedAttributes) return false;
  for (std::uint32_t each = 0; each < 2 * pairs; ++each) whole = body.string().has_value();
  return whole;
}

}  // namespace

std::string file_type_name(const SftpAttributes& attributes) {
  if (attributes.type() == sftp::kFolder) return "a folder";
  if (attributes.type() == sftp::kLink) return "a link";
  return "no regular file";
}

SftpClient::SftpClient(Session& session, std::string what)
    : session_(session), what_(std::move(what)), inbox_(kLargestPacket) {}

Result<std::unique_ptr<SftpClient>> SftpClient::open(Session& session, std::string what,
                                                     const Cancel& cancel) {
  std::unique_ptr<SftpClient> client(new SftpClient(session, std::move(what)));
  T0_CHECK(client->greet(cancel));
  return client;
}

Result<Unit> SftpClient::greet(const Cancel& cancel) {
  const auto take = [this](Stream stream, std::string_view bytes) {
    if (stream == Stream::Out) inbox_.receive(bytes);
  };
  T0_TRY(channel_, Channel::open(session_, take, cancel));
  T0_CHECK(channel_->start_subsystem("sftp", cancel));
  T0_CHECK(send(sftp_frame(sftp::kInit, SftpWriter().u32(kProtocol).bytes()), cancel));
  T0_TRY(const SftpPacket answered, receive(cancel));
  SftpBody body(answered.body);
  if (answered.type != sftp::kVersion || body.u32() != kProtocol) return broken();
  while (extensions_.size() < kMostExtensions) {
    const auto name = body.string();
    const auto version = body.string();
    if (!name || !version) break;
    if (*version == "1") extensions_.emplace(*name);
  }
  return Unit{};
}

Result<Unit> SftpClient::send(std::string_view bytes, const Cancel& cancel) {
  while (!bytes.empty()) {
    bytes.remove_prefix(channel_->write(bytes));
    if (channel_->ended()) return broken();
    if (!bytes.empty()) T0_CHECK(session_.wait(cancel.deadline, cancel));
  }
  return Unit{};
}

Result<SftpPacket> SftpClient::receive(const Cancel& cancel) {
  for (;;) {
    if (auto packet = inbox_.take()) return *std::move(packet);
    if (inbox_.broken() || channel_->ended()) return broken();
    T0_CHECK(session_.wait(cancel.deadline, cancel));
  }
}

Result<std::string> SftpClient::ask(std::uint8_t type, std::uint8_t wanted,
                                    const SftpWriter& arguments, const Cancel& cancel) {
  if (!usable_) return broken();
  usable_ = false;  // unless its answer comes
  status_ = sftp::kOk;
  const std::uint32_t id = next_id_++;
  T0_CHECK(send(sftp_frame(type, SftpWriter().u32(id).bytes() + arguments.bytes()), cancel));
  T0_TRY(const SftpPacket answered, receive(cancel));
  SftpBody body(answered.body);
  if (body.u32() != id || (answered.type != wanted && answered.type != sftp::kStatus))
    return broken();
  if (answered.type == sftp::kStatus) {
    const auto status = body.u32();
    if (!status || (*status == sftp::kOk && wanted != sftp::kStatus)) return broken();
    usable_ = true;
    status_ = *status;
    if (status_ != sftp::kOk) return refusal();
  }
  usable_ = true;
  return answered.body.substr(sizeof id);
}

Result<Unit> SftpClient::order(std::uint8_t type, const SftpWriter& arguments,
                               const Cancel& cancel) {
  T0_CHECK(ask(type, sftp::kStatus, arguments, cancel));
  return Unit{};
}

Result<SftpAttributes> SftpClient::attributes(std::uint8_t type, const std::string& name,
                                              const Cancel& cancel) {
  T0_TRY(const std::string answered, ask(type, sftp::kAttrs, SftpWriter().string(name), cancel));
  SftpBody body(answered);
  const auto found = parse_attributes(body);
  if (!found) return broken();
  return *found;
}

Result<SftpAttributes> SftpClient::lstat(const std::string& path, const Cancel& cancel) {
  return attributes(sftp::kLstat, path, cancel);
}

Result<SftpAttributes> SftpClient::fstat(const std::string& handle, const Cancel& cancel) {
  return attributes(sftp::kFstat, handle, cancel);
}

Result<std::string> SftpClient::realpath(const std::string& path, const Cancel& cancel) {
  T0_TRY(const std::string answered,
         ask(sftp::kRealpath, sftp::kName, SftpWriter().string(path), cancel));
  SftpBody body(answered);
  const auto count = body.u32();
  const auto found = body.string();
  if (count != 1 || !found || !found->starts_with('/') || found->size() > kLongestPath ||
      found->find('\0') != std::string_view::npos)
    return broken();
  return std::string(*found);
}

Result<std::string> SftpClient::handle_of(std::uint8_t type, const SftpWriter& arguments,
                                          const Cancel& cancel) {
  T0_TRY(const std::string answered, ask(type, sftp::kHandle, arguments, cancel));
  const auto handle = SftpBody(answered).string();
  if (!handle) return broken();
  return std::string(*handle);
}

Result<std::string> SftpClient::open_file(const std::string& path, std::uint32_t flags,
                                          std::uint32_t mode, const Cancel& cancel) {
  SftpWriter arguments;
  arguments.string(path).u32(flags);
  if ((flags & sftp::kCreate) != 0) {
    arguments.u32(sftp::kHasMode).u32(mode);
  } else {
    arguments.u32(0);
  }
  return handle_of(sftp::kOpen, arguments, cancel);
}

Result<Unit> SftpClient::close(const std::string& handle, const Cancel& cancel) {
  return order(sftp::kClose, SftpWriter().string(handle), cancel);
}

Result<std::string> SftpClient::read(const std::string& handle, std::size_t limit,
                                     const Cancel& cancel) {
  std::string bytes;
  while (bytes.size() < limit) {
    const auto wanted = static_cast<std::uint32_t>(std::min(kPiece, limit - bytes.size()));
    const auto answered = ask(sftp::kRead, sftp::kData,
                              SftpWriter().string(handle).u64(bytes.size()).u32(wanted), cancel);
    if (!answered && usable_ && status_ == sftp::kEof) return bytes;
    if (!answered) return answered.error();
    const auto piece = SftpBody(*answered).string();
    if (!piece || piece->empty() || piece->size() > wanted) return broken();
    bytes += *piece;
  }
  return bytes;
}

Result<Unit> SftpClient::write(const std::string& handle, std::string_view bytes,
                               const Cancel& cancel) {
  for (std::uint64_t at = 0; at < bytes.size(); at += kPiece)
    T0_CHECK(order(sftp::kWrite,
                   SftpWriter().string(handle).u64(at).string(
                       bytes.substr(static_cast<std::size_t>(at), kPiece)),
                   cancel));
  return Unit{};
}

Result<Unit> SftpClient::set_mode(const std::string& handle, std::uint32_t mode,
                                  const Cancel& cancel) {
  return order(sftp::kFsetstat, SftpWriter().string(handle).u32(sftp::kHasMode).u32(mode), cancel);
}

Result<Unit> SftpClient::remove(const std::string& path, const Cancel& cancel) {
  return order(sftp::kRemove, SftpWriter().string(path), cancel);
}

Result<Unit> SftpClient::rename(const std::string& from, const std::string& to,
                                const Cancel& cancel) {
  return order(sftp::kRename, SftpWriter().string(from).string(to), cancel);
}

Result<Unit> SftpClient::replace(const std::string& from, const std::string& to,
                                 const Cancel& cancel) {
  return order(sftp::kExtended,
               SftpWriter().string("posix-rename@openssh.com").string(from).string(to), cancel);
}

Result<Unit> SftpClient::sync(const std::string& handle, const Cancel& cancel) {
  return order(sftp::kExtended, SftpWriter().string("fsync@openssh.com").string(handle), cancel);
}

Result<std::vector<std::string>> SftpClient::list(const std::string& path, std::size_t limit,
                                                  const Cancel& cancel) {
  T0_TRY(const std::string folder, handle_of(sftp::kOpendir, SftpWriter().string(path), cancel));
  std::vector<std::string> names;
  while (names.size() < limit) {
    const auto answered = ask(sftp::kReaddir, sftp::kName, SftpWriter().string(folder), cancel);
    if (!answered && !(usable_ && status_ == sftp::kEof)) return answered.error();
    if (!answered) break;
    SftpBody body(*answered);
    const std::uint32_t count = body.u32().value_or(0);
    if (count == 0) return broken();
    for (std::uint32_t each = 0; each < count; ++each) {
      const auto name = body.string();
      if (!name || !body.string() || !skip_attributes(body)) return broken();
      names.emplace_back(*name);
    }
  }
  T0_CHECK(close(folder, cancel));
  return names;
}

void SftpClient::leave(const Cancel& cancel) {
  channel_->end_input();
  const TimePoint latest = now() + kGoodbye;
  const Cancel patience = cancel.sooner(latest);
  while (!channel_->ended() && session_.wait(latest, patience)) continue;
}

Error SftpClient::refusal() const {
  if (status_ == sftp::kNoSuchFile)
    return {.code = Code::NotFound, .message = what_ + " does not exist", .hint = "check the path"};
  if (status_ == sftp::kPermissionDenied)
    return {.code = Code::Forbidden,
            .message = "our user may not do that with " + what_,
            .hint = "give the user of ssh.user the right to, or use a program under sudo"};
  return {.code = Code::Upstream,
          .message = session_.where() + " could not do that with " + what_,
          .hint = "look at the file and the disk there"};
}

Error SftpClient::broken() {
  usable_ = false;
  return {.code = Code::Upstream,
          .message = session_.where() + (channel_->ended()
                                             ? " ended its SFTP session"
                                             : " does not speak SFTP version 3 as it should"),
          .hint = "check the sftp subsystem in sshd_config there"};
}

}  // namespace tier0::ssh
