#pragma once

#include <string>
#include <vector>

#include "server/base/clock.h"
#include "server/net/http_client.h"
#include "tests/e2e/product.h"

namespace tier0 {

/// `tier0 sandbox`: the simulated provider with its hosts, in a process of its own, and its control
/// plane.
class LoneProvider {
 public:
  /// The world starts from this fixture; empty: from the usual one. Time runs a thousand times as
  /// fast.
  explicit LoneProvider(const Json& fixture = Json::object());

  const std::string& api() const { return api_; }
  const std::string& token() const { return token_; }
  /// {address, port, host_key} of each machine that had a system at the start, by VPS id.
  const Json& hosts() const { return hosts_; }

  /// The answer of the control plane, or of the provider itself; must be 200.
  Json control(const std::string& method, const std::string& path,
               const Json& body = Json::object());
  Json call(const std::string& method, const std::string& path, const Json& body = Json::object());

  /// The world starts anew with this line in our user's authorized_keys, in backups too.
  void let_in(const std::string& key_line);
  /// The first account's machines as they are, disks and all.
  Json machines();
  /// "METHOD path" of each request so far that changed the world, in order.
  std::vector<std::string> effects();

 private:
  Json ask(const std::string& url, const std::string& method, const Json& body);

  Product folder_;
  SystemClock clock_;
  HttpClient http_{{.user_agent = "tier0-test"}, clock_};
  Running process_;
  std::string api_;
  std::string control_;
  std::string token_;
  Json hosts_;
};

}  // namespace tier0
