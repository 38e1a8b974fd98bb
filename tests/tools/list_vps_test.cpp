#include <catch2/catch.hpp>

#include "tests/tools/tool_run.h"

using namespace tier0;

TEST_CASE("list-vps lists every VPS by hostname with what stands out", "[tools][list-vps]") {
  ToolRun run;
  run.add_vps("shop.example.net", VpsState::Stopped);
  run.add_vps("blog.example.net");

  const auto listed = run.call("list-vps", Json::object());

  REQUIRE(listed);
  CHECK(listed->summary == "2 VPSs, 1 running");
  CHECK(listed->data["items"][0]["hostname"] == "blog.example.net");
  CHECK(listed->data["items"][1]["alarms"][0] == "is stopped");
  CHECK(listed->changed == false);
}

TEST_CASE("list-vps leaves out what the caller's grants do not cover", "[tools][list-vps]") {
  ToolRun run;
  const VpsId mine = run.add_vps("mine.example.net");
  run.add_vps("theirs.example.net");
  run.limit_to({mine.value});

  const auto listed = run.call("list-vps", Json::object());

  REQUIRE(listed);
  REQUIRE(listed->data["items"].size() == 1);
  CHECK(listed->data["items"][0]["vps"] == mine.value);
}

TEST_CASE("list-vps filters by state and text", "[tools][list-vps]") {
  ToolRun run;
  run.add_vps("shop.example.net", VpsState::Stopped);
  run.add_vps("blog.example.net");

  CHECK(run.call("list-vps", {{"state", "stopped"}})->data["items"].size() == 1);
  CHECK(run.call("list-vps", {{"filter", "blog"}})->data["items"].size() == 1);
  CHECK(run.call("list-vps", {{"filter", "none"}})->data["items"].empty());
}

TEST_CASE("list-vps survives that the subscriptions cannot be read, and says so",
          "[tools][list-vps]") {
  ToolRun run;
  run.add_vps("shop.example.net");
  run.hosting.fail_next("list_subscriptions", Code::Upstream);

  const auto listed = run.call("list-vps", Json::object());

  REQUIRE(listed);
  CHECK(listed->data["items"].size() == 1);
  CHECK(listed->data["unavailable"][0]["kind"] == "upstream");
}

TEST_CASE("list-vps fails when no account answers", "[tools][list-vps]") {
  ToolRun run;
  run.hosting.fail_next("list_vps", Code::Auth);

  const auto listed = run.call("list-vps", Json::object());

  REQUIRE(!listed);
  CHECK(listed.error().code == Code::Auth);
}

TEST_CASE("list-vps refuses an argument it does not know", "[tools][list-vps]") {
  ToolRun run;

  CHECK(run.call("list-vps", {{"page", 2}}).error().code == Code::Validation);
}
