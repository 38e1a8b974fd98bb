#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/mutex.h"

namespace tier0::mcp {

/// What can change behind a client's back.
enum class Area { Tools, Prompts, Resources };

std::string_view list_changed_method(Area area);
inline constexpr std::string_view kResourceUpdated = "notifications/resources/updated";

/// Someone who wants to know: a session, or a listen stream.
class Watcher {
 public:
  virtual ~Watcher() = default;
  virtual void list_changed(Area area) = 0;
  virtual void resource_updated(const std::string& uri) = 0;
};

/// Tells every watcher; those that are gone drop out by themselves. Thread-safe.
class Watchers {
 public:
  void add(const std::shared_ptr<Watcher>& watcher) EXCLUDES(mutex_);
  void list_changed(Area area) EXCLUDES(mutex_);
  void resource_updated(const std::string& uri) EXCLUDES(mutex_);

 private:
  std::vector<std::shared_ptr<Watcher>> snapshot() EXCLUDES(mutex_);

  Mutex mutex_;
  std::vector<std::weak_ptr<Watcher>> watchers_ GUARDED_BY(mutex_);
  std::size_t sweep_at_ GUARDED_BY(mutex_) = 64;
};

}  // namespace tier0::mcp
