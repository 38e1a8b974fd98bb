#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "server/base/cancel.h"
#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "server/net/http.h"

namespace tier0 {

struct HttpOptions {
  std::string user_agent;
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(10);
  std::string ca_file = {};     // PEM; empty: the system's
  std::size_t idle_limit = 16;  // connections kept open for later
};

class Channel;

/// HTTP/1.1 over TLS or plain TCP, with connections kept open. Thread-safe; `send` blocks until the
/// answer, the stop or the deadline, each to the millisecond. No redirects, no proxy, no cookies,
/// no credentials but those of the request.
class HttpClient {
 public:
  HttpClient(HttpOptions options, const Clock& clock);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  HttpReply send(const HttpRequest& request, const Cancel& cancel);

 private:
  Result<std::unique_ptr<Channel>> take() EXCLUDES(mutex_);
  void give_back(std::unique_ptr<Channel> channel) EXCLUDES(mutex_);

  const HttpOptions options_;
  const Clock& clock_;
  Mutex mutex_;
  std::vector<std::unique_ptr<Channel>> idle_ GUARDED_BY(mutex_);
};

}  // namespace tier0
