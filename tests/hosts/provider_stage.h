#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "server/base/clock.h"
#include "server/net/http_client.h"
#include "server/sandbox/hosts.h"
#include "server/sandbox/sandbox.h"
#include "server/ssh/key_pair.h"
#include "tests/hosts/test_world.h"

namespace tier0::sandbox {

/// The real simulated provider with its hosts, and a client of its first machine that is called
/// "web-1" and logs in as our user with the current key or the staged one.
class ProviderStage {
 public:
  ProviderStage();

  /// A call at the control plane, with its answer.
  Json control(const std::string& path, const Json& change);
  int control(const Json& change);  // of the hosts; its status
  /// A call at the API that must succeed.
  Json api(const std::string& method, const std::string& path, const Json& body = Json::object());
  std::string machine_path() const { return "/api/vps/v1/virtual-machines/" + vps; }
  /// Lets all work that was begun end.
  void settle() { control("clock", {{"settle", true}}); }

  Result<CommandOutput> run(const std::vector<std::string>& argv,
                            KeyUse key = KeyUse::Current) const;
  bool lets_in_soon(KeyUse key = KeyUse::Current) const;
  bool soon_fails_with(Code code, KeyUse key = KeyUse::Current) const;
  /// Writes the authorized_keys of our user.
  Result<Unit> write_keys(const std::string& lines) const;

  SystemClock clock;
  HttpClient http{{.user_agent = "tier0-test"}, clock};
  KeyPair current;
  KeyPair staged;
  std::unique_ptr<Sandbox> provider;
  std::unique_ptr<Hosts> hosts;
  std::unique_ptr<SshRunner> ssh;
  std::string vps;

 private:
  HttpReply send(const std::string& method, const std::string& url, const Json& body);
};

}  // namespace tier0::sandbox
