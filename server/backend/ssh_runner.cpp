#include "server/backend/ssh_runner.h"

#include <algorithm>

namespace tier0 {
namespace {

constexpr std::size_t kLongestDirectory = 4096;
constexpr std::size_t kLongestName =
    200;  // of 255, since the new file's name is longer for a while
constexpr std::uint32_t kOwnerReads = 0400;
constexpr std::uint32_t kAllowedMode = 0755;
constexpr std::size_t kSha256Digits = 64;

Error refused(const std::string& field, const std::string& problem, const std::string& hint) {
  return {.code = Code::Validation,
          .message = "the " + field + " of a file to write " + problem,
          .hint = hint,
          .details = {{.field = field, .problem = problem}}};
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

}  // namespace

Result<Unit> check_file_write(const FileWrite& file) {
  if (file.directory.empty() || file.directory.size() > kLongestDirectory ||
      file.directory.find('\0') != std::string::npos)
    return refused("directory", "is empty, too long, or contains a NUL byte",
                   "give the path of a folder on the host");
  const bool plain_name = !file.name.empty() && file.name.size() <= kLongestName &&
                          file.name != "." && file.name != ".." &&
                          file.name.find('/') == std::string::npos &&
                          std::ranges::none_of(file.name, is_control);
  if (!plain_name)
    return refused("name", "is not one plain name",
                   "give a name without a folder, \"/\" or \"..\"");
  if (file.bytes.size() > kLargestFileWrite)
    return refused("bytes", "is larger than " + std::to_string(kLargestFileWrite) + " bytes",
                   "write a smaller file");
  if ((file.mode & ~kAllowedMode) != 0 || (file.mode & kOwnerReads) == 0)
    return refused("mode", "lets others write it, or its owner not read it", "use 0600 or 0644");
  const auto& expected = file.expected_sha256;
  if (expected && !expected->empty() &&
      (expected->size() != kSha256Digits || !std::ranges::all_of(*expected, is_hex)))
    return refused("expected_sha256", "is no SHA-256 in lower-case hex",
                   "give the digest of what was read, or \"\" for nothing");
  return Unit{};
}

}  // namespace tier0
