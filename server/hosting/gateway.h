#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/base/mutex.h"
#include "server/hosting/hostinger_client.h"
#include "server/hosting/rate_limiter.h"
#include "server/hosting/single_flight.h"
#include "server/net/http_client.h"

namespace tier0::hosting {

struct Request {
  std::string method = "GET";
  std::string path;  // with its query, encoded
  std::optional<Json> body = {};
  Lane lane = Lane::General;
  std::optional<std::chrono::milliseconds> timeout = {};  // empty: that of the options
  std::string check = {};                                 // writes: how to find out what happened
  std::vector<Secret> secrets = {};  // credentials in the body, kept out of errors
};

/// The one way to the provider: token, limits, retries, errors. Thread-safe.
class Gateway {
 public:
  Gateway(HostingerOptions options, const Clock& clock);

  /// Tries up to four times, and shares the answer with whoever asks the same at the same time;
  /// never with one who asked before a write that has begun since.
  ReplyOutcome read(const Request& request, const Cancel& cancel);
  /// Sends at most once.
  Result<Reply> write(const Request& request, const Cancel& cancel);

  const HostingerOptions& options() const { return options_; }

 private:
  /// What came back, and the token that was used, which no error may repeat.
  struct Exchange {
    HttpReply reply;
    Secret bearer = {};
  };

  ReplyOutcome read_alone(const Request& request, const Cancel& cancel);
  Exchange exchange(const Request& request, Delivery delivery, const Cancel& cancel);
  void note(const Request& request, const HttpResponse& response);
  Result<Reply> interpret(const Request& request, const Exchange& exchange) const;
  Result<Reply> interpret_write(const Request& request, const Exchange& exchange) const;

  Result<Secret> token(const Cancel& cancel) EXCLUDES(mutex_);
  void forget_token() EXCLUDES(mutex_);

  const HostingerOptions options_;
  const Clock& clock_;
  HttpClient http_;
  RateLimiter limiter_;
  SingleFlight flights_;
  std::atomic<unsigned long long> writes_ = 0;  // begun and ended
  Mutex mutex_;
  std::optional<Secret> token_ GUARDED_BY(mutex_);
};

}  // namespace tier0::hosting
