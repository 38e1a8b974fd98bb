#pragma once

#include <chrono>
#include <thread>

#include "server/base/mutex.h"
#include "server/mcp/endpoint.h"
#include "server/mcp/outbox.h"

namespace tier0::transport {

/// Writes lines to a descriptor from a thread of its own, so that a client which does not read
/// blocks nobody else. Thread-safe.
class LineWriter final : public mcp::LineSink {
 public:
  /// Does not own the descriptor.
  explicit LineWriter(int fd);
  ~LineWriter() override;
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  bool send(mcp::Event event) override EXCLUDES(mutex_);
  /// Writes what waits, for at most `grace`, and takes no more.
  void finish(std::chrono::milliseconds grace) EXCLUDES(mutex_);
  /// Whether the peer has gone, or is so slow that an answer was lost.
  bool has_failed() const EXCLUDES(mutex_);

 private:
  void work(const std::stop_token& stop) EXCLUDES(mutex_);
  bool write_all(std::string_view bytes, const std::stop_token& stop) const;
  void fail() EXCLUDES(mutex_);

  const int fd_;
  mutable Mutex mutex_;
  ConditionVariable changed_;
  mcp::Outbox outbox_ GUARDED_BY(mutex_);
  bool is_writing_ GUARDED_BY(mutex_) = false;
  bool is_closed_ GUARDED_BY(mutex_) = false;
  bool has_failed_ GUARDED_BY(mutex_) = false;
  std::jthread thread_;  // last: it uses all the rest
};

}  // namespace tier0::transport
