#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "server/base/mutex.h"
#include "server/mcp/channel.h"

namespace tier0::mcp {

/// The answers to one batch, sent as one array once all are there. Thread-safe.
class Batch : public std::enable_shared_from_this<Batch> {
 public:
  /// `requests` answers will come, through the channels that channel() makes.
  Batch(std::shared_ptr<Channel> whole, std::size_t requests)
      : whole_(std::move(whole)), missing_(requests) {}

  /// The way back for one of its requests.
  std::shared_ptr<Channel> channel();

 private:
  class Part;

  void add(std::string frame) EXCLUDES(mutex_);

  const std::shared_ptr<Channel> whole_;
  Mutex mutex_;
  std::size_t missing_ GUARDED_BY(mutex_);
  std::vector<std::string> answers_ GUARDED_BY(mutex_);
};

}  // namespace tier0::mcp
