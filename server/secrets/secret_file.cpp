#include "server/secrets/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

namespace tier0 {
namespace {

constexpr std::size_t kLargest = 64 * 1024;

class OpenFile {
 public:
  // Non-blocking, because opening a FIFO would wait for its writer.
  explicit OpenFile(const std::string& path)
      : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  int fd() const { return fd_; }

 private:
  int fd_;
};

Error unavailable(const std::string& name, const std::string& problem) {
  return {.code = Code::SecretUnavailable,
          .message = "the secret " + name + " cannot be read: " + problem,
          .hint = "put the secret where the reference says, or correct the reference"};
}

Error denied(const std::string& name, const std::string& problem, const std::string& hint) {
  return {.code = Code::SecretDenied,
          .message = "the secret " + name + " is refused: " + problem,
          .hint = hint};
}

Error too_large(const std::string& name) {
  return denied(name, "it is larger than 64 KiB", "name a file that holds only the secret");
}

std::optional<Error> objection(const struct stat& file, const std::string& name, mode_t allowed) {
  if (!S_ISREG(file.st_mode))
    return denied(name, "it is not a regular file", "name a regular file");
  if (file.st_uid != ::geteuid() && file.st_uid != 0)
    return denied(name, "it belongs to another user", "chown it to the user that runs tier0");
  if ((file.st_mode & 07777 & ~allowed) != 0)
    return denied(name, "its mode is not 0600 or stricter", "chmod 600 it, and replace the secret");
  if (file.st_size > static_cast<off_t>(kLargest)) return too_large(name);
  return std::nullopt;
}

/// Up to one byte more than the limit, so that a file that grew meanwhile shows.
std::optional<Secret> read_all(int fd) {
  std::string bytes(kLargest + 1, '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got = ::read(fd, bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  if (filled > 0 && filled <= kLargest && bytes[filled - 1] == '\n') {
    --filled;
    if (filled > 0 && bytes[filled - 1] == '\r') --filled;
  }
  bytes.resize(filled);
  return Secret(std::move(bytes));
}

}  // namespace

Result<Secret> read_secret_file(const std::string& path, const std::string& name, mode_t allowed) {
  const OpenFile file(path);
  if (file.fd() < 0 && (errno == EACCES || errno == EPERM))
    return denied(name, "we may not open it", "let the user that runs tier0 read it");
  if (file.fd() < 0)
    return unavailable(name, errno == ENOENT ? "there is no such file" : "it cannot be opened");
  struct stat facts = {};
  if (::fstat(file.fd(), &facts) != 0) return unavailable(name, "it cannot be examined");
  if (const auto error = objection(facts, name, allowed)) return *error;

  auto secret = read_all(file.fd());
  if (!secret) return unavailable(name, "reading it failed");
  if (secret->empty()) return unavailable(name, "it is empty");
  if (secret->reveal().size() > kLargest) return too_large(name);
  return *std::move(secret);
}

}  // namespace tier0
