#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "server/base/mutex.h"
#include "server/base/result.h"

namespace tier0::sandbox {

/// The file that a world outlives its process in. Thread-safe.
class StateFile {
 public:
  /// An empty path keeps nothing.
  explicit StateFile(std::string path) : path_(std::move(path)) {}

  bool enabled() const { return !path_.empty(); }

  /// The text of the last save; empty where there is no file. Kind not_configured where there is
  /// one that cannot be read.
  Result<std::optional<std::string>> load() const;

  /// Replaces the file whole. A revision that is not newer than the last one saved is left out, so
  /// savers may overtake each other.
  Result<Unit> save(std::uint64_t revision, const std::string& text);

 private:
  const std::string path_;
  Mutex mutex_;
  std::uint64_t saved_ GUARDED_BY(mutex_) = 0;
};

}  // namespace tier0::sandbox
