#include "server/state/private_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace tier0 {
namespace {

// A group may be let through to the socket, which takes no more than search.
constexpr mode_t kHarmless = 0710;

Error cannot_make(const std::filesystem::path& folder, int code) {
  return {.code = Code::Internal,
          .message = "cannot use the state directory " + folder.string() + ": " +
                     std::generic_category().message(code),
          .hint = "Make it yours, or name another with --state DIR."};
}

Error forbidden(const std::filesystem::path& folder, const std::string& problem,
                const std::string& hint) {
  return {.code = Code::Forbidden,
          .message = "the state directory " + folder.string() + " " + problem,
          .hint = hint};
}

Result<Unit> make_missing(const std::filesystem::path& folder) {
  std::filesystem::path made;
  for (const auto& part : folder) {
    made /= part;
    if (::mkdir(made.c_str(), 0700) == 0 || errno == EEXIST) continue;
    // What exists on a read-only file system may say so instead of EEXIST.
    struct stat info {};
    const int code = errno;
    if (::stat(made.c_str(), &info) != 0) return cannot_make(folder, code);
  }
  return Unit{};
}

}  // namespace

Result<Unit> make_private_folder(const std::filesystem::path& folder) {
  std::error_code failed;
  const std::filesystem::path absolute = std::filesystem::absolute(folder, failed);
  if (failed) return cannot_make(folder, failed.value());
  T0_CHECK(make_missing(absolute));

  struct stat info {};
  if (::stat(absolute.c_str(), &info) != 0) return cannot_make(folder, errno);
  if (!S_ISDIR(info.st_mode)) return cannot_make(folder, ENOTDIR);
  if (info.st_uid != ::geteuid())
    return forbidden(folder, "belongs to another user",
                     "Run as its owner, or name another with --state DIR.");
  const mode_t mode = info.st_mode & 07777U;
  if (mode == 0700) return Unit{};
  if ((mode & ~kHarmless) != 0 && !std::filesystem::is_empty(absolute, failed))
    return forbidden(folder, "can be used by others", "chmod 700 " + folder.string());
  if (failed || ::chmod(absolute.c_str(), 0700) != 0)
    return cannot_make(folder, failed ? failed.value() : errno);
  return Unit{};
}

}  // namespace tier0
