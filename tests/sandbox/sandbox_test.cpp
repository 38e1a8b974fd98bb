// The running sandbox over TCP.

#include "server/sandbox/sandbox.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/fakes/temp_folder.h"
#include "tests/sandbox/probe.h"

using namespace tier0;
using namespace tier0::sandbox;

namespace {

Options with_state(const TempFolder& folder) {
  return {.state_file = folder / "sandbox.json", .time_scale = 1000, .requests_per_minute = 0};
}

}  // namespace

TEST_CASE("A sandbox answers the API and its control plane on ports of their own",
          "[sandbox][http]") {
  Running running;

  const WireReply list = running.api("GET", "/api/vps/v1/virtual-machines");
  const WireReply clock = running.control("GET", "/__sim/clock");

  CHECK(list.status == 200);
  CHECK(list.headers.at("content-type") == "application/json");
  CHECK(list.json().size() == 1);
  CHECK(clock.status == 200);
  CHECK(running.sandbox().api_url() != running.sandbox().control_url());
}

TEST_CASE("The ready line names API, control plane, token and the hosts announced",
          "[sandbox][http]") {
  Running running;
  running.sandbox().hosts().announce(
      running.vps(), {.address = "127.0.0.1", .port = 2222, .host_key = "SHA256:abc"});

  const Json line = running.sandbox().ready_line();

  CHECK(line.size() == 4);
  CHECK(line.at("api") == running.sandbox().api_url());
  CHECK(line.at("control") == running.sandbox().control_url());
  CHECK(line.at("token").get<std::string>().size() > 20);
  CHECK(line.at("ssh").at(running.vps()) ==
        Json{{"address", "127.0.0.1"}, {"port", 2222}, {"host_key", "SHA256:abc"}});
}

TEST_CASE("An action ends by itself, without anybody asking", "[sandbox][http]") {
  Running running;
  HostView& hosts = running.sandbox().hosts();
  REQUIRE(running.api("POST", running.vm_path() + "/stop").status == 200);

  const auto latest = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  std::uint64_t seen = hosts.revision();
  while (hosts.host(running.vps())->power == Power::On && std::chrono::steady_clock::now() < latest)
    seen = hosts.wait_for_change(seen, latest, {});

  CHECK(hosts.host(running.vps())->power == Power::Off);
}

TEST_CASE("A world goes on where it stopped", "[sandbox][state]") {
  const TempFolder folder;
  std::string token;
  {
    Running before(with_state(folder));
    token = before.token();
    before.api("POST", "/api/vps/v1/firewall", {{"name", "kept"}});
    before.control("POST", "/__sim/clock", {{"advance_s", 3600}});
    before.api("POST", before.vm_path() + "/stop");
  }

  Running after(with_state(folder));

  CHECK(after.token() == token);
  CHECK(after.api("GET", "/api/vps/v1/firewall").json().at("data")[0].at("name") == "kept");
  CHECK(after.control("GET", "/__sim/clock").json().at("offset_ms") == 3'600'000);
  after.wait_until_unlocked();
  CHECK(after.api("GET", after.vm_path()).json().at("state") == "stopped");
}

TEST_CASE("The state file is its owner's only", "[sandbox][state]") {
  const TempFolder folder;
  Running running(with_state(folder));

  struct stat state {};
  REQUIRE(::stat((folder / "sandbox.json").c_str(), &state) == 0);
  CHECK((state.st_mode & 0777) == 0600);
}

TEST_CASE("A change is in the state file before it is answered", "[sandbox][state]") {
  const TempFolder folder;
  Running running(with_state(folder));

  running.api("POST", "/api/vps/v1/firewall", {{"name", "durable"}});
  std::ifstream file(folder / "sandbox.json");
  const std::string text(std::istreambuf_iterator<char>(file), {});

  CHECK(text.find("durable") != std::string::npos);
}

TEST_CASE("A seed starts anew and keeps the tokens", "[sandbox][state]") {
  const TempFolder folder;
  std::string token;
  {
    Running before(with_state(folder));
    token = before.token();
    before.api("POST", "/api/vps/v1/firewall", {{"name", "gone"}});
  }
  Options options = with_state(folder);
  options.seed = 5;

  Running after(options);

  CHECK(after.token() == token);
  CHECK(after.vps() == "17927");
  CHECK(after.api("GET", "/api/vps/v1/firewall").json().at("data").empty());
}

TEST_CASE("A state file that cannot be read stops the start with a reason", "[sandbox][state]") {
  const TempFolder folder;
  std::ofstream(folder / "sandbox.json") << "{\"seed\": ";

  const auto started = Sandbox::start(with_state(folder));

  REQUIRE(!started);
  CHECK(started.error().code == Code::NotConfigured);
  CHECK(started.error().hint.find("--seed") != std::string::npos);
}

TEST_CASE("A fixture file makes the world, and one that is missing stops the start",
          "[sandbox][fixture]") {
  const TempFolder folder;
  std::ofstream(folder / "fleet.json")
      << R"({"accounts":[{"name":"main","vms":[{"id":7,"hostname":"seven.example.net"}]}]})";
  Running running({.fixture = folder / "fleet.json", .requests_per_minute = 0});

  CHECK(running.vps() == "7");
  const auto missing = Sandbox::start({.fixture = folder / "none.json"});
  REQUIRE(!missing);
  CHECK(missing.error().code == Code::NotConfigured);
}

TEST_CASE("Only loopback addresses are listened on", "[sandbox][http]") {
  const std::string address =
      GENERATE("0.0.0.0:0", "192.0.2.1:0", "example.net:0", "127.0.0.1", "127.0.0.1:99999");
  INFO(address);

  const auto started = Sandbox::start({.listen = address});

  REQUIRE(!started);
  CHECK(started.error().code == Code::NotConfigured);
}

TEST_CASE("A port that is taken stops the start", "[sandbox][http]") {
  Running running;
  const std::string taken = running.sandbox().api_url().substr(7);

  const auto started = Sandbox::start({.listen = taken});

  REQUIRE(!started);
  CHECK(started.error().code == Code::NotConfigured);
}

TEST_CASE("A sandbox stops at once in the middle of a slow answer", "[sandbox][http]") {
  Running running;
  running.control("POST", "/__sim/faults", {{"kind", "delay"}, {"delay_ms", 60'000}});
  std::jthread waiting([url = running.sandbox().api_url(), token = running.token()] {
    wire_call(url, "GET", "/api/vps/v1/templates", token);
  });
  const auto latest = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (running.requests("?path=**/templates").empty())
    REQUIRE(std::chrono::steady_clock::now() < latest);

  const auto before = std::chrono::steady_clock::now();
  running.sandbox().stop();

  CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(5));
}
