#include "server/mcp/watchers.h"

#include <algorithm>

namespace tier0::mcp {

std::string_view list_changed_method(Area area) {
  switch (area) {
    case Area::Tools:
      return "notifications/tools/list_changed";
    case Area::Prompts:
      return "notifications/prompts/list_changed";
    case Area::Resources:
      return "notifications/resources/list_changed";
  }
  return {};
}

void Watchers::add(const std::shared_ptr<Watcher>& watcher) {
  MutexLock lock(mutex_);
  if (watchers_.size() >= sweep_at_) {
    std::erase_if(watchers_, [](const auto& entry) { return entry.expired(); });
    sweep_at_ = std::max<std::size_t>(64, watchers_.size() * 2);
  }
  watchers_.push_back(watcher);
}

void Watchers::list_changed(Area area) {
  for (const auto& watcher : snapshot()) watcher->list_changed(area);
}

void Watchers::resource_updated(const std::string& uri) {
  for (const auto& watcher : snapshot()) watcher->resource_updated(uri);
}

std::vector<std::shared_ptr<Watcher>> Watchers::snapshot() {
  std::vector<std::shared_ptr<Watcher>> alive;
  MutexLock lock(mutex_);
  alive.reserve(watchers_.size());
  for (const auto& entry : watchers_)
    if (auto watcher = entry.lock()) alive.push_back(std::move(watcher));
  return alive;
}

}  // namespace tier0::mcp
