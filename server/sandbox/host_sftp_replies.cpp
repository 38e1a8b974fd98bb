#include "server/sandbox/host_sftp_replies.h"

#include "server/base/clock.h"

namespace tier0::sandbox::sftp {
namespace {

constexpr std::uint32_t kHasSize = 1, kHasOwner = 2, kHasMode = 4, kHasTimes = 8;

std::uint32_t type_bits(File::Kind kind) {
  if (kind == File::Kind::Directory) return 0040000;
  return kind == File::Kind::Link ? 0120000 : 0100000;
}

}  // namespace

std::string status(std::uint32_t id, Status code, std::string_view text) {
  return SftpReply(kStatus).u32(id).u32(code).text(text).text("").packet();
}

std::string ok(std::uint32_t id) {
  return status(id, kOk, "Success");
}

std::string failure(std::uint32_t id) {
  return status(id, kFailure, "Failure");
}

std::string bad_message(std::uint32_t id) {
  return status(id, kBadMessage, "Bad message");
}

std::string failed(std::uint32_t id, const Error& error) {
  if (error.code == Code::NotFound) return status(id, kNoSuchFile, "No such file");
  if (error.code == Code::Forbidden) return status(id, kPermissionDenied, "Permission denied");
  return failure(id);
}

std::string done(std::uint32_t id, const Result<Unit>& result) {
  return result ? ok(id) : failed(id, result.error());
}

void add_attributes(SftpReply& reply, const File& file) {
  const std::uint32_t owner = file.owner == "root" ? 0 : 1000;
  const auto seconds = static_cast<std::uint32_t>(file.modified / 1000);
  reply.u32(kHasSize | kHasOwner | kHasMode | kHasTimes)
      .u64(file.content.size())
      .u32(owner)
      .u32(owner)
      .u32(type_bits(file.kind) | file.mode)
      .u32(seconds)
      .u32(seconds);
}

std::optional<std::uint32_t> read_mode(SftpRequest& request) {
  const std::uint32_t flags = request.u32();
  if ((flags & kHasSize) != 0) request.u64();
  if ((flags & kHasOwner) != 0) request.u64();
  if ((flags & kHasMode) == 0) return std::nullopt;
  return request.u32();
}

std::string long_name(const std::string& name, const File& file) {
  std::string mode(1, file.kind == File::Kind::Directory ? 'd'
                      : file.kind == File::Kind::Link    ? 'l'
                                                         : '-');
  constexpr std::string_view kLetters = "rwxrwxrwx";
  for (std::size_t i = 0; i < kLetters.size(); ++i)
    mode += (file.mode >> (8 - i) & 1) != 0 ? kLetters[i] : '-';
  return mode + " 1 " + file.owner + " " + file.owner + " " + std::to_string(file.content.size()) +
         " " + format_time(WallTime(std::chrono::milliseconds(file.modified))).substr(0, 10) + " " +
         name;
}

}  // namespace tier0::sandbox::sftp
