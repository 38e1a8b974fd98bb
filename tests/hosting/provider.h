#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/hosting/hostinger_client.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/scripted_server.h"

namespace tier0 {

inline const std::string kToken = "sesame-0123456789";

inline HostingerOptions options_for(const fakes::ScriptedServer& server) {
  return {.url = [url = server.url()](const Cancel&) { return BaseUrl::parse(url); },
          .token = [](const Cancel&) -> Result<Secret> { return Secret(kToken); },
          .user_agent = "tier0/test",
          .first_backoff = std::chrono::milliseconds(1)};
}

/// A client and the scripted provider it speaks to. Waits between tries jump, and so does the
/// fake clock: a test about real deadlines takes a client of its own.
struct ScriptedProvider {
  explicit ScriptedProvider(std::vector<fakes::Answer> answers) : server(std::move(answers)) {}
  explicit ScriptedProvider(fakes::ScriptedServer::Script script) : server(std::move(script)) {}

  FakeClock clock;
  fakes::ScriptedServer server;
  std::unique_ptr<HostingApi> api = make_hostinger_client(options_for(server), clock);
};

inline const VpsId kVps17923{"17923"};

inline const std::string kVpsBody =
    R"({"id":17923,"hostname":"srv17923.example","state":"running","actions_lock":"unlocked",)"
    R"("cpus":4,"memory":8192,"disk":51200,"bandwidth":1073741824,"ipv4":null,"new_thing":[1]})";

inline const std::string kActionBody =
    R"({"id":90017,"name":"ct_restart","state":"sent","created_at":"2026-11-22T05:00:03Z",)"
    R"("updated_at":"2026-11-22T05:00:04Z"})";

}  // namespace tier0
