#include "server/mcp/stream_store.h"

#include <vector>

namespace tier0::mcp {
namespace {

// Finished streams that are kept for a client that lost its connection.
constexpr std::size_t kFinishedLimit = 32;

}  // namespace

std::shared_ptr<EventStream> StreamStore::open() {
  MutexLock lock(mutex_);
  forget_finished();
  std::string name = "s" + std::to_string(++count_);
  auto stream = std::make_shared<EventStream>(
      name, ReplayLimits{.events = options_.replay_events, .bytes = options_.replay_bytes});
  streams_.emplace(std::move(name), stream);
  return stream;
}

std::shared_ptr<EventStream> StreamStore::find(const std::string& name) {
  MutexLock lock(mutex_);
  forget_finished();
  const auto found = streams_.find(name);
  return found == streams_.end() ? nullptr : found->second;
}

void StreamStore::close() {
  std::map<std::string, std::shared_ptr<EventStream>> streams;
  {
    MutexLock lock(mutex_);
    streams.swap(streams_);
  }
  for (const auto& [name, stream] : streams) stream->finish();
}

void StreamStore::forget_finished() {
  const TimePoint oldest = std::chrono::steady_clock::now() - options_.replay_ttl;
  std::erase_if(streams_,
                [oldest](const auto& entry) { return entry.second->finished_at() < oldest; });
  while (streams_.size() > kFinishedLimit) {
    auto first = streams_.end();
    for (auto it = streams_.begin(); it != streams_.end(); ++it) {
      const TimePoint finished = it->second->finished_at();
      if (finished == TimePoint::max()) continue;
      if (first == streams_.end() || finished < first->second->finished_at()) first = it;
    }
    if (first == streams_.end()) return;  // all are running
    streams_.erase(first);
  }
}

}  // namespace tier0::mcp
