#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/base/mutex.h"
#include "server/mcp/endpoint.h"

namespace tier0::transcripts {

// Longer than anything takes, for waits that fail a test.
inline constexpr std::chrono::seconds kBound{10};

/// The server's messages in the order in which they arrived. Thread-safe.
class Inbox {
 public:
  void put(std::string message) EXCLUDES(mutex_);
  std::optional<std::string> take(std::chrono::milliseconds longest) EXCLUDES(mutex_);

 private:
  Mutex mutex_;
  ConditionVariable arrived_;
  std::deque<std::string> messages_ GUARDED_BY(mutex_);
};

/// A client's connection to an endpoint, whatever carries it.
class Wire {
 public:
  using Headers = std::map<std::string, std::optional<std::string>>;  // empty: left out

  virtual ~Wire() = default;
  virtual void send(const std::string& text, const Headers& headers) = 0;
  /// Of the last message; 0 where there is no such thing.
  virtual int status() = 0;
  virtual std::optional<std::string> receive(std::chrono::milliseconds longest) = 0;
  /// Ends the connection; afterwards nothing arrives any more.
  virtual void finish() = 0;
};

std::unique_ptr<Wire> connect_lines(mcp::Endpoint& endpoint);
std::unique_ptr<Wire> connect_http(mcp::Endpoint& endpoint);
std::unique_ptr<Wire> connect_sse(mcp::Endpoint& endpoint);

}  // namespace tier0::transcripts
