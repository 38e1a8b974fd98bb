#include <catch2/catch.hpp>

#include "tests/sandbox/probe.h"

using namespace tier0;
using namespace tier0::sandbox;

TEST_CASE("The control plane lets nobody in without the token", "[sandbox][control]") {
  Running running;
  const std::string path =
      GENERATE("/__sim/reset", "/__sim/fixture", "/__sim/clock", "/__sim/faults", "/__sim/quirks",
               "/__sim/requests", "/__sim/hosts");
  const std::string url = running.sandbox().control_url();

  CHECK(wire_call(url, "GET", path, "").status == 401);
  CHECK(wire_call(url, "POST", path, "wrong", "{}").status == 401);
  CHECK(wire_call(url, "GET", path, running.token()).status != 401);
}

TEST_CASE("The other tokens of the API do not open the control plane", "[sandbox][control]") {
  Running running;
  const Json tokens = running.control("GET", "/__sim/fixture").json().at("tokens");
  REQUIRE(tokens.size() == 3);

  CHECK(wire_call(running.sandbox().control_url(), "GET", "/__sim/clock",
                  tokens[2].at("value").get<std::string>())
            .status == 401);
}

TEST_CASE("Nothing of the control plane is at the API's port, nor the API at the control's",
          "[sandbox][control]") {
  Running running;

  CHECK(running.api("GET", "/__sim/clock").status == 404);
  CHECK(running.control("GET", "/api/vps/v1/virtual-machines").status == 404);
}

TEST_CASE("A reset starts anew and forgets the log", "[sandbox][control]") {
  Running running;
  running.api("POST", "/api/vps/v1/firewall", {{"name", "gone"}});
  running.control("POST", "/__sim/quirks", {{"locked-409", true}});

  CHECK(running.control("POST", "/__sim/reset", {{"seed", 9}}).json().at("seed") == 9);

  CHECK(running.requests().empty());
  CHECK(running.vps() == "17931");
  CHECK(running.api("GET", "/api/vps/v1/firewall").json().at("data").empty());
  CHECK(running.control("GET", "/__sim/quirks").json().at("quirks").at("locked-409") == false);
}

TEST_CASE("A world that was read can be put back", "[sandbox][control]") {
  Running running;
  running.api("POST", "/api/vps/v1/firewall", {{"name", "saved"}});
  const Json saved = running.control("GET", "/__sim/fixture").json();
  running.control("POST", "/__sim/reset", {{"seed", 9}});

  CHECK(running.control("POST", "/__sim/fixture", saved).status == 200);

  CHECK(running.vps() == "17923");
  CHECK(running.api("GET", "/api/vps/v1/firewall").json().at("data")[0].at("name") == "saved");
  CHECK(running.control("GET", "/__sim/fixture").json().at("events") == saved.at("events"));
}

TEST_CASE("A fixture without tokens does not lock anybody out", "[sandbox][control]") {
  Running running;

  CHECK(running.control("POST", "/__sim/fixture", {{"tokens", Json::array()}}).status == 200);

  CHECK(running.control("GET", "/__sim/clock").status == 200);
  CHECK(running.api("GET", running.vm_path()).status == 200);
}

TEST_CASE("Settling ends what runs, at once", "[sandbox][control]") {
  Running running({.time_scale = 1, .requests_per_minute = 0});
  running.api("POST", running.vm_path() + "/restart");
  REQUIRE(running.api("GET", running.vm_path()).json().at("actions_lock") == "locked");

  const Json clock = running.control("POST", "/__sim/clock", {{"settle", true}}).json();

  CHECK(clock.at("offset_ms").get<Millis>() >= 39'000);
  CHECK(running.api("GET", running.vm_path()).json().at("actions_lock") == "unlocked");
  CHECK(running.sandbox().hosts().host(running.vps())->answers_ssh);
}

TEST_CASE("Advancing the clock lets a snapshot expire", "[sandbox][control]") {
  Running running;
  running.api("POST", running.vm_path() + "/snapshot");
  running.wait_until_unlocked();
  REQUIRE(running.api("GET", running.vm_path() + "/snapshot").json().at("id") != 0);

  running.control("POST", "/__sim/clock", {{"advance_s", 21 * 86'400}});

  CHECK(running.api("GET", running.vm_path() + "/snapshot").json().at("id") == 0);
}

TEST_CASE("A wrong wish at the control plane says what is wrong and changes nothing",
          "[sandbox][control]") {
  struct Row {
    const char* path;
    Json body;
  };
  const Row row = GENERATE(
      Row{"/__sim/quirks", {{"locked-409", true}, {"no-such", true}}},
      Row{"/__sim/quirks", {{"locked-409", 1}}}, Row{"/__sim/faults", {{"kind", "explode"}}},
      Row{"/__sim/clock", {{"advance_s", -1}}}, Row{"/__sim/clock", {{"time_scale", 0}}},
      Row{"/__sim/fixture", {{"accounts", 1}}}, Row{"/__sim/hosts", {{"vps", "1"}, {"do", "stop"}}},
      Row{"/__sim/reset", {{"seed", "x"}}}, Row{"/__sim/quirks", Json::array({1})},
      Row{"/__sim/hosts", Json::array({1})});
  INFO(row.path << " " << row.body.dump());
  Running running;
  const Json before = running.control("GET", "/__sim/fixture").json();

  const WireReply reply = running.control("POST", row.path, row.body);

  CHECK(reply.status == 422);
  CHECK(!reply.json().at("message").get<std::string>().empty());
  CHECK(running.control("GET", "/__sim/fixture").json() == before);
}

TEST_CASE("The log names method, path, body, token and operation, and filters",
          "[sandbox][control]") {
  Running running;
  running.api("GET", running.vm_path());
  running.api("POST", "/api/vps/v1/firewall", {{"name", "noted"}});

  const Json log = running.requests("?method=POST");

  REQUIRE(log.size() == 1);
  CHECK(log[0].at("path") == "/api/vps/v1/firewall");
  CHECK(log[0].at("body") == Json{{"name", "noted"}});
  CHECK(log[0].at("token") == "full");
  CHECK(log[0].at("operation") == "VPS_createNewFirewallV1");
  CHECK(log[0].at("effect") == "applied");
  CHECK(running.requests().dump().find(running.token()) == std::string::npos);
  CHECK(running.requests("?since=" + log[0].at("number").dump()).empty());
}

TEST_CASE("A machine can be suspended from outside, and comes back", "[sandbox][control]") {
  Running running;
  const auto happens = [&running](const char* what) {
    return running.control("POST", "/__sim/hosts", {{"vps", running.vps()}, {"do", what}}).status;
  };

  CHECK(happens("suspend") == 200);
  running.control("POST", "/__sim/clock", {{"advance_s", 60}});
  CHECK(running.api("GET", running.vm_path()).json().at("state") == "suspended");
  CHECK(running.api("POST", running.vm_path() + "/start").status == 422);
  CHECK(happens("unsuspend") == 200);
  running.control("POST", "/__sim/clock", {{"advance_s", 60}});

  CHECK(running.api("GET", running.vm_path()).json().at("state") == "running");
}
