#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <string>

#include "server/base/fd.h"
#include "server/base/result.h"

namespace tier0 {

/// A bound, listening unix socket; the destructor removes its path if it is still the same socket.
class LocalListener {
 public:
  static Result<LocalListener> bind(const std::filesystem::path& path,
                                    const std::optional<std::string>& group);
  LocalListener(LocalListener&& other) noexcept;
  LocalListener& operator=(LocalListener&&) = delete;
  ~LocalListener();

  int fd() const { return fd_.get(); }

 private:
  LocalListener(OwnedFd fd, std::filesystem::path path)
      : fd_(std::move(fd)), path_(std::move(path)) {}
  Result<Unit> protect(const std::optional<std::string>& group);

  OwnedFd fd_;
  std::filesystem::path path_;
  ino_t inode_ = 0;
};

}  // namespace tier0
