// What a script makes a simulated host do, and how our client takes it.
#include <catch2/catch.hpp>
#include <chrono>

#include "tests/hosts/test_world.h"

namespace tier0::sandbox {
namespace {

using namespace std::chrono_literals;
using Clk = std::chrono::steady_clock;

/// A host whose `uptime` does as the script says.
struct Scripted {
  TestWorld world;
  std::unique_ptr<Hosts> hosts;

  explicit Scripted(const Json& what) {
    Json entry = what;
    entry["argv"] = {"uptime"};
    world.script({{"programs", {std::move(entry)}}});
    auto started = Hosts::start(world);
    REQUIRE(started);
    hosts = *std::move(started);
  }
  Result<CommandOutput> run(Command command = {.argv = {"uptime"}}) const {
    return world.client(*hosts)->run(web1(), command, Cancel{});
  }
};

}  // namespace

TEST_CASE("a script answers in a program's place", "[hosts][script]") {
  const Scripted host(Json({{"do", "answer"}, {"out", "o\n"}, {"err", "e\n"}, {"exit_code", 9}}));

  const auto done = host.run();

  INFO(problem(done));
  REQUIRE(done);
  CHECK(done->out == "o\n");
  CHECK(done->err == "e\n");
  CHECK(done->exit_code == 9);
}

TEST_CASE("a script speaks only of the programs it names", "[hosts][script]") {
  const Scripted host(Json({{"do", "hang"}}));

  const auto done = host.run({.argv = {"id", "-un"}});

  INFO(problem(done));
  REQUIRE(done);
  CHECK(done->out == "smarteros\n");
}

TEST_CASE("a slow program comes line by line", "[hosts][script]") {
  Scripted host(Json({{"do", "slow"}, {"ms", 300}}));
  host.world.script({{"programs", {{{"argv", {"df"}}, {"do", "slow"}, {"ms", 300}}}}});

  const auto done = host.run({.argv = {"df"}, .idle = 3s});

  INFO(problem(done));
  REQUIRE(done);
  CHECK(done->out.find("/dev/sda1") != std::string::npos);
  CHECK(done->took >= 900ms);
}

TEST_CASE("a silent program runs into the idle limit, or ends after its silence",
          "[hosts][script]") {
  const Scripted host(Json({{"do", "silent"}, {"seconds", 2}}));

  const auto impatient = host.run({.argv = {"uptime"}, .idle = 500ms});
  const auto patient = host.run({.argv = {"uptime"}, .idle = 30s});

  REQUIRE_FALSE(impatient);
  CHECK(impatient.error().code == Code::TimeoutUnknown);
  INFO(problem(patient));
  REQUIRE(patient);
  CHECK(patient->out.find("load average") != std::string::npos);
}

TEST_CASE("a flood of 100 MB is taken to its end", "[hosts][script]") {
  const Scripted host(Json({{"do", "flood"}, {"bytes", 100 * 1024 * 1024 + 7}}));

  const auto done = host.run({.argv = {"uptime"}, .total = 120s});

  INFO(problem(done));
  REQUIRE(done);
  CHECK(done->out.size() + done->out_dropped == 100 * 1024 * 1024 + 7);
  CHECK(done->exit_code == 0);
}

TEST_CASE("a sudo prompt never waits where nobody may be asked", "[hosts][script]") {
  Scripted host(Json({{"do", "prompt"}}));
  host.world.script({{"programs", {{{"argv", {"sudo"}}, {"do", "prompt"}}}}});

  const auto refused = host.run({.argv = {"sudo", "-n", "true"}});
  const auto asked = host.run({.argv = {"sudo", "true"}, .idle = 500ms});

  INFO(problem(refused));
  REQUIRE(refused);
  CHECK(refused->exit_code == 1);
  CHECK(refused->err == "sudo: a password is required\n");
  REQUIRE_FALSE(asked);
  CHECK(asked.error().code == Code::TimeoutUnknown);
}

TEST_CASE("a connection that a script drops is ssh_unreachable and maybe done", "[hosts][script]") {
  const Scripted host(Json({{"do", "drop"}}));

  const auto done = host.run();

  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::SshUnreachable);
  CHECK(done.error().maybe_done);
}

TEST_CASE("a script changes the host key, and changes it back", "[hosts][script]") {
  TestWorld world;
  const auto hosts = Hosts::start(world);
  REQUIRE(hosts);
  const auto before = (*hosts)->endpoint("17")->host_key;
  const auto key_is_same = [&] { return (*hosts)->endpoint("17")->host_key == before; };
  const auto client = world.client(**hosts);

  world.script({{"host_key", "changed"}});
  REQUIRE(holds_soon([&] { return !key_is_same(); }));
  CHECK(client->run(web1(), {.argv = {"true"}}, Cancel{}).error().code == Code::SshHostkeyChanged);

  world.script(Json::object());
  REQUIRE(holds_soon(key_is_same));
  CHECK(client->run(web1(), {.argv = {"true"}}, Cancel{}));
}

TEST_CASE("a mute host accepts and says nothing", "[hosts][script]") {
  TestWorld world;
  world.script({{"mute", true}});
  const auto hosts = Hosts::start(world);
  REQUIRE(hosts);

  const auto done =
      world.client(**hosts)->run(web1(), {.argv = {"true"}}, {.deadline = Clk::now() + 500ms});

  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::Timeout);
}

TEST_CASE("a script that asks for nothing known says so", "[hosts][script]") {
  const Scripted host(Json({{"do", "dance"}}));

  const auto done = host.run();

  INFO(problem(done));
  REQUIRE(done);
  CHECK(done->exit_code == 125);
  CHECK(done->err.find("\"dance\"") != std::string::npos);
}

}  // namespace tier0::sandbox
