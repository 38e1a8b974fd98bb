// The hosts over the real simulated provider: what its control plane does is seen over SSH.
#include "server/sandbox/sandbox.h"

#include <catch2/catch.hpp>

#include "server/base/clock.h"
#include "server/net/http_client.h"
#include "server/sandbox/hosts.h"
#include "server/ssh/key_pair.h"
#include "tests/hosts/test_world.h"

namespace tier0::sandbox {
namespace {

class Stage {
 public:
  Stage() {
    auto pair = generate_key_pair("smarteros:deploy:test:1");
    REQUIRE(pair);
    auto provider_started =
        Sandbox::start({.seed = 7, .time_scale = 1000, .deploy_public_key = pair->public_key});
    REQUIRE(provider_started);
    provider = *std::move(provider_started);
    auto started = Hosts::start(provider->hosts());
    REQUIRE(started);
    hosts = *std::move(started);
    vps = provider->hosts().hosts().front().vps;
    ssh = make_ssh_runner(
        {.user = "smarteros",
         .private_key = [key = pair->private_key](KeyUse, const Cancel&) -> Result<Secret> {
           return key;
         },
         .find_host = [this, known = hosts->endpoint(vps)->host_key](
                          const HostName&) -> std::optional<SshHost> {
           const auto endpoint = hosts->endpoint(vps);
           if (!endpoint) return std::nullopt;
           return SshHost{.address = endpoint->address,
                          .port = static_cast<std::uint16_t>(endpoint->port),
                          .host_key = *HostKeyFingerprint::parse(known)};
         }});
  }

  int control(const Json& change) {
    const auto reply =
        http.send({.method = "POST",
                   .url = provider->control_url() + "/__sim/hosts",
                   .headers = {{"Content-Type", "application/json"}},
                   .secret_headers = {{"Authorization", "Bearer ", provider->token()}},
                   .body = dump_json(change)},
                  Cancel{});
    return reply.response ? reply.response->status : 0;
  }
  Result<CommandOutput> run(const std::vector<std::string>& argv) {
    return ssh->run(web1(), {.argv = argv, .connection = Command::Connection::New}, Cancel{});
  }

  SystemClock clock;
  HttpClient http{{.user_agent = "tier0-test"}, clock};
  std::unique_ptr<Sandbox> provider;
  std::unique_ptr<Hosts> hosts;
  std::unique_ptr<SshRunner> ssh;
  std::string vps;
};

}  // namespace

TEST_CASE("the seeded machine answers the deploy key", "[hosts][sandbox]") {
  Stage stage;

  const auto done = stage.run({"hostname"});

  INFO(problem(done));
  REQUIRE(done);
  CHECK(done->out == stage.provider->hosts().host(stage.vps)->hostname + "\n");
  CHECK(stage.provider->ready_line()["ssh"][stage.vps]["port"] ==
        stage.hosts->endpoint(stage.vps)->port);
}

TEST_CASE("a machine that the control plane stops is gone from SSH until it boots",
          "[hosts][sandbox]") {
  Stage stage;
  REQUIRE(stage.run({"true"}));

  REQUIRE(stage.control({{"vps", stage.vps}, {"do", "stop"}}) == 200);
  CHECK(holds_soon([&] {
    const auto done = stage.run({"true"});
    return !done && done.error().code == Code::SshUnreachable;
  }));

  REQUIRE(stage.control({{"vps", stage.vps}, {"do", "boot"}}) == 200);
  CHECK(holds_soon([&] { return stage.run({"true"}).has_value(); }));
}

TEST_CASE("a script from the control plane reaches the host", "[hosts][sandbox]") {
  Stage stage;

  REQUIRE(stage.control({{"vps", stage.vps}, {"script", {{"host_key", "changed"}}}}) == 200);

  CHECK(holds_soon([&] {
    const auto done = stage.run({"true"});
    return !done && done.error().code == Code::SshHostkeyChanged;
  }));
}

TEST_CASE("a machine that reboots itself is away and comes back", "[hosts][sandbox]") {
  Stage stage;
  const Millis before = stage.provider->hosts().host(stage.vps)->booted;

  static_cast<void>(stage.run({"sudo", "-n", "systemctl", "reboot"}));

  CHECK(stage.provider->hosts().host(stage.vps)->booted > before);
  CHECK(holds_soon([&] { return stage.run({"true"}).has_value(); }));
}

}  // namespace tier0::sandbox
