#include <catch2/catch.hpp>

#include "tests/tools/tool_run.h"

using namespace tier0;

TEST_CASE("get-vps joins what is known of a VPS", "[tools][get-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  run.configure_host(shop, "shop");
  run.ssh.answer("shop", {"uptime"}, " 10:00 up 3 days\n");
  run.hosting.add_backup(shop, {.id = {}, .size_kb = 10, .created_at = run.clock.wall()});

  const auto got = run.call("get-vps", {{"vps", shop.value}});

  REQUIRE(got);
  CHECK(got->data["state"] == "running");
  CHECK(got->data["ssh"]["uptime"] == "10:00 up 3 days");
  CHECK(got->data["newest_backup"].contains("backup_id"));
  CHECK(got->data["snapshot"]["exists"] == false);
  CHECK(got->data["firewall"]["active"] == false);
  CHECK(!got->data.contains("unavailable"));
}

TEST_CASE("get-vps reads only the parts that are asked for", "[tools][get-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");

  REQUIRE(run.call("get-vps", {{"vps", shop.value}, {"include", {"snapshot"}}}));

  CHECK(run.hosting.calls("get_snapshot").size() == 1);
  CHECK(run.hosting.calls("list_backups").empty());
  CHECK(run.hosting.calls("recent_actions").empty());
}

TEST_CASE("get-vps answers without a part that cannot be read", "[tools][get-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  run.hosting.fail_next("list_backups", Code::Upstream);

  const auto got = run.call("get-vps", {{"vps", shop.value}});

  REQUIRE(got);
  CHECK(got->data["unavailable"][0]["part"] == "backup");
  CHECK(!got->data.contains("newest_backup"));
}

TEST_CASE("get-vps marks SSH that the grants do not give", "[tools][get-vps]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  run.configure_host(shop, "shop");
  run.ssh.fail_next(Code::NotPermitted);

  const auto got = run.call("get-vps", {{"vps", shop.value}});

  REQUIRE(got);
  CHECK(got->data["ssh"]["kind"] == "not_permitted");
}

TEST_CASE("get-vps fails for a VPS that is not there", "[tools][get-vps]") {
  ToolRun run;

  CHECK(run.call("get-vps", {{"vps", "4711"}}).error().code == Code::NotFound);
}

TEST_CASE("get-vps ends with cancelled when the call is cancelled", "[tools][get-vps][cancel]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  run.stop.request_stop();

  CHECK(run.call("get-vps", {{"vps", shop.value}}).error().code == Code::Cancelled);
}
