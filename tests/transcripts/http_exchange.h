#pragma once

#include <condition_variable>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "server/base/mutex.h"
#include "server/transport/descriptor.h"

namespace tier0::transcripts {

/// One request to a loopback server over a connection of its own, by plain sockets: no library that
/// would tidy up what is sent or received.
class HttpExchange {
 public:
  /// `event` gets each event of a stream, `body` what is no stream, whole; both on a thread of the
  /// exchange.
  struct Handlers {
    std::function<void(const std::string& name, const std::string& data)> event;
    std::function<void(const std::string& body)> body;
  };

  HttpExchange(int port, const std::string& request, Handlers handlers);
  ~HttpExchange();
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;

  /// Waits for the head of the answer; 0 if none comes in time.
  int status() EXCLUDES(mutex_);
  std::string header(std::string_view name) EXCLUDES(mutex_);
  /// Whether the answer is complete within so long.
  bool wait_for_end(std::chrono::milliseconds longest) EXCLUDES(mutex_);

 private:
  void read_answer();
  bool read_head(std::string& received);
  void read_stream(std::string received, bool is_chunked);
  void take_events(std::string& text);
  bool fill(std::string& received);

  const Handlers handlers_;
  transport::Descriptor socket_;
  Mutex mutex_;
  ConditionVariable changed_;
  int status_ GUARDED_BY(mutex_) = 0;
  std::vector<std::string> head_ GUARDED_BY(mutex_);
  bool has_ended_ GUARDED_BY(mutex_) = false;
  std::jthread reader_;
};

}  // namespace tier0::transcripts
