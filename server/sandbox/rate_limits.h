#pragma once

#include <map>
#include <optional>
#include <string>

#include "server/sandbox/world.h"

namespace tier0::sandbox {

/// Token buckets of the provider's front, one a token and one a token and costly route. They live
/// in memory only, like the real ones in a restarted front.
class RateLimits {
 public:
  struct Verdict {
    bool allowed = true;
    int limit = 0;  // 0: none
    int remaining = 0;
    int retry_after = 0;  // seconds
  };

  /// Counts one call.
  Verdict take(const std::string& bucket, double per_minute, Millis now);

  /// Whether the token is shut out for calling on regardless; counts refusals in a row.
  void refused(const std::string& token, Millis now);
  void allowed(const std::string& token) { refusals_.erase(token); }
  bool blocked(const std::string& token, Millis now) const;
  void clear();

 private:
  struct Bucket {
    double left;
    Millis at;
  };
  std::map<std::string, Bucket> buckets_;
  std::map<std::string, int> refusals_;
  std::map<std::string, Millis> blocked_until_;
};

}  // namespace tier0::sandbox
