#include "server/base/files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "server/base/fd.h"

namespace tier0 {
namespace {

Error failed(std::string_view what, const std::filesystem::path& path, int code) {
  return {.code = code == ENOENT ? Code::NotFound : Code::Internal,
          .message = std::string(what) + " " + path.filename().string() + ": " +
                     std::generic_category().message(code),
          .hint = code == ENOSPC || code == EDQUOT ? "Free space on the disk."
                                                   : "Check the file, its folder and their owner."};
}

Result<Unit> write_all(int fd, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed("cannot write", path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return Unit{};
}

Result<Unit> sync_folder(const std::filesystem::path& path) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  const OwnedFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) return failed("cannot sync the folder of", path, errno);
  return Unit{};
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit) {
  const OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return failed("cannot open", path, errno);
  std::string bytes;
  std::array<char, 16384> buffer{};
  for (;;) {
    const ssize_t count = ::read(fd.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed("cannot read", path, errno);
    if (count == 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
    if (bytes.size() > limit)
      return Error{.code = Code::Validation,
                   .message = path.filename().string() + " is larger than " +
                              std::to_string(limit) + " bytes",
                   .hint = "Check that it is the file that was meant."};
  }
}

Result<Unit> replace_file(const std::filesystem::path& path, std::string_view bytes) {
  std::filesystem::path fresh = path;
  fresh += ".new";
  OwnedFd fd(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) return failed("cannot create", fresh, errno);
  if (::fchmod(fd.get(), 0600) != 0) return failed("cannot protect", fresh, errno);
  Result<Unit> written = write_all(fd.get(), bytes, path);
  if (written && ::fsync(fd.get()) != 0) written = failed("cannot sync", path, errno);
  fd.reset();
  if (written && ::rename(fresh.c_str(), path.c_str()) != 0)
    written = failed("cannot replace", path, errno);
  if (written) return sync_folder(path);
  ::unlink(fresh.c_str());
  return written;
}

}  // namespace tier0
