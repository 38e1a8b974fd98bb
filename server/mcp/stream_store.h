#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "server/base/mutex.h"
#include "server/mcp/event_stream.h"
#include "server/mcp/options.h"

namespace tier0::mcp {

/// The streams of one session that a client may come back to. Thread-safe.
class StreamStore {
 public:
  explicit StreamStore(const Options& options) : options_(options) {}

  /// A new stream for the answer to one request.
  std::shared_ptr<EventStream> open() EXCLUDES(mutex_);
  /// Null where there is none by that name, or no longer.
  std::shared_ptr<EventStream> find(const std::string& name) EXCLUDES(mutex_);
  /// Ends every connection.
  void close() EXCLUDES(mutex_);

 private:
  void forget_finished() REQUIRES(mutex_);

  const Options& options_;
  Mutex mutex_;
  std::uint64_t count_ GUARDED_BY(mutex_) = 0;
  std::map<std::string, std::shared_ptr<EventStream>> streams_ GUARDED_BY(mutex_);
};

}  // namespace tier0::mcp
