#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "server/backend/hosting_api.h"
#include "server/base/clock.h"
#include "server/base/secret.h"
#include "server/net/url.h"

namespace tier0 {

struct HostingerOptions {
  /// https://developers.hostinger.com; asked for each request, without a lock.
  std::function<Result<BaseUrl>(const Cancel& cancel)> url;
  /// Where the token comes from. Called without a lock on first use, and again after the provider
  /// refused the token, so it must not answer from a cache of its own for long.
  std::function<Result<Secret>(const Cancel& cancel)> token;
  std::string user_agent;  // tier0/VERSION; the provider's edge refuses library defaults
  std::chrono::milliseconds timeout = std::chrono::seconds(60);            // of one try
  std::chrono::milliseconds purchase_timeout = std::chrono::seconds(120);  // an order is slow
  std::chrono::milliseconds first_backoff = std::chrono::milliseconds(300);
  std::optional<int> requests_per_minute = {};  // empty: learnt from the provider's answers
  std::string ca_file = {};                     // PEM; empty: the system's
};

/// One account at Hostinger. `clock` must outlive it. Opens no connection before its first call.
std::unique_ptr<HostingApi> make_hostinger_client(HostingerOptions options, const Clock& clock);

}  // namespace tier0
