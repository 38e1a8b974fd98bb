#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/base/cancel.h"
#include "server/base/mutex.h"
#include "server/net/http.h"

namespace tier0::cli {

/// What a client of the older revisions has agreed with a server over HTTP: the session's id, which
/// the server gives and may forget, and the words that make another one. Thread-safe.
class RemoteSession {
 public:
  struct Now {
    std::string id = {};        // empty: none
    std::string revision = {};  // empty: not agreed yet
  };
  Now now() const EXCLUDES(mutex_);
  /// The headers that the requests of a session carry.
  static std::vector<HttpHeader> headers_of(const Now& agreed);

  /// The client's `initialize` was answered.
  void begin(Now agreed, std::string initialize) EXCLUDES(mutex_);
  /// The client's `notifications/initialized` was taken.
  void confirm(std::string initialized) EXCLUDES(mutex_);

  /// The words of the handshake; empty before there was one.
  std::vector<std::string> handshake() const EXCLUDES(mutex_);
  /// One of the callers that lost the session `lost` makes the next one: true for that one, which
  /// ends with renewed(). The others wait; false means that another session is there, or the wait
  /// ended by `cancel`.
  bool is_mine_to_renew(const std::string& lost, const Clock& clock, const Cancel& cancel)
      EXCLUDES(mutex_);
  /// Empty: it could not be made.
  void renewed(std::optional<Now> agreed) EXCLUDES(mutex_);

  /// Returns when the session is another than `known`, or at a stop.
  void wait_for_other(const std::string& known, const std::stop_token& stop) EXCLUDES(mutex_);

 private:
  mutable Mutex mutex_;
  ConditionVariable changed_;
  Now now_ GUARDED_BY(mutex_);
  bool is_renewing_ GUARDED_BY(mutex_) = false;
  std::string initialize_ GUARDED_BY(mutex_);
  std::string initialized_ GUARDED_BY(mutex_);
};

}  // namespace tier0::cli
