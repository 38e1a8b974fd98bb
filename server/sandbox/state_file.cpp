#include "server/sandbox/state_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

namespace tier0::sandbox {
namespace {

Error trouble(const std::string& path, std::string_view what) {
  return {.code = Code::NotConfigured,
          .message = "cannot " + std::string(what) + " the sandbox's state " + path + ": " +
                     std::strerror(errno),
          .hint = "Check the state directory's owner and space."};
}

bool write_all(int file, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t step = ::write(file, text.data() + done, text.size() - done);
    if (step < 0 && errno == EINTR) continue;
    if (step <= 0) return false;
    done += static_cast<std::size_t>(step);
  }
  return true;
}

}  // namespace

Result<std::optional<std::string>> StateFile::load() const {
  if (!enabled() || ::access(path_.c_str(), F_OK) != 0) return std::optional<std::string>();
  std::ifstream file(path_, std::ios::binary);
  if (!file) return trouble(path_, "read");
  return std::optional(std::string(std::istreambuf_iterator<char>(file), {}));
}

Result<Unit> StateFile::save(std::uint64_t revision, const std::string& text) {
  if (!enabled()) return Unit{};
  const MutexLock lock(mutex_);
  if (revision <= saved_) return Unit{};
  const std::string fresh = path_ + ".new";
  const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return trouble(fresh, "write");
  // No fsync: the rename survives a killed process, and a simulated world need not survive a lost
  // power supply.
  const bool written = write_all(file, text);
  ::close(file);
  if (!written || std::rename(fresh.c_str(), path_.c_str()) != 0) return trouble(path_, "write");
  saved_ = revision;
  return Unit{};
}

}  // namespace tier0::sandbox
