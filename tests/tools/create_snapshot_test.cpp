#include <catch2/catch.hpp>

#include "tests/tools/tool_run.h"

using namespace tier0;

namespace {

void add_old_snapshot(ToolRun& run, const VpsId& vps, std::chrono::hours age) {
  const WallTime made = run.clock.wall() - age;
  run.hosting.add_snapshot(vps, {.id = "7",
                                 .restore_time = std::chrono::minutes(30),
                                 .created_at = made,
                                 .expires_at = made + std::chrono::days(20)});
}

}  // namespace

TEST_CASE("create-snapshot fills the slot and says when it expires", "[tools][create-snapshot]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");

  const auto made = run.call("create-snapshot", {{"vps", shop.value}});

  REQUIRE(made);
  CHECK(made->changed == true);
  CHECK(made->data["backup_id"] == "snapshot:" + shop.value);
  CHECK(made->data.contains("expires_at"));
  CHECK(made->evidence[0]["check"] == "snapshot slot");
}

TEST_CASE("create-snapshot refuses to replace a young snapshot", "[tools][create-snapshot]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  add_old_snapshot(run, shop, std::chrono::hours(3));

  CHECK(run.call("create-snapshot", {{"vps", shop.value}}).error().code == Code::Conflict);
  CHECK(run.hosting.writes().empty());
}

TEST_CASE("create-snapshot replaces a young one with overwrite, and an old one without",
          "[tools][create-snapshot]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  const VpsId blog = run.add_vps("blog.example.net");
  add_old_snapshot(run, shop, std::chrono::hours(3));
  add_old_snapshot(run, blog, std::chrono::hours(30));

  CHECK(run.call("create-snapshot", {{"vps", shop.value}, {"overwrite", true}}));
  CHECK(run.call("create-snapshot", {{"vps", blog.value}}));
  CHECK(run.hosting.machine(shop).snapshot->id != "7");
}

TEST_CASE("create-snapshot names in its plan what is lost and changes nothing",
          "[tools][create-snapshot]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  add_old_snapshot(run, shop, std::chrono::hours(30));

  const auto planned = run.plan("create-snapshot", {{"vps", shop.value}});

  REQUIRE(planned);
  CHECK(planned->lost.size() == 1);
  CHECK(run.hosting.writes().empty());
}

TEST_CASE("create-snapshot whose slot did not change is unknown", "[tools][create-snapshot]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  run.hosting.set_actions_end(ActionsEnd::WhenTold);
  run.clock.on_wait = [&run, &shop] {
    run.hosting.finish_actions();
    run.hosting.change([&](FakeWorld& w) { w.machines[shop].snapshot.reset(); });
  };

  const auto made = run.call("create-snapshot", {{"vps", shop.value}});

  REQUIRE(!made);
  CHECK(made.error().code == Code::Unknown);
}

TEST_CASE("create-snapshot with a lost answer finds its action", "[tools][create-snapshot]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  run.hosting.lose_answer_of("create_snapshot");

  CHECK(run.call("create-snapshot", {{"vps", shop.value}}));
  CHECK(run.hosting.calls("create_snapshot").size() == 1);
}

TEST_CASE("create-snapshot believes a hollow answer when the slot is new",
          "[tools][create-snapshot]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  run.hosting.answer_hollow("create_snapshot", FakeHosting::Trace::None);

  CHECK(run.call("create-snapshot", {{"vps", shop.value}}));
}

TEST_CASE("create-snapshot reports a slot that cannot be read", "[tools][create-snapshot]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");
  run.hosting.fail_next("get_snapshot", Code::Upstream);

  CHECK(run.call("create-snapshot", {{"vps", shop.value}}).error().code == Code::Upstream);
}

TEST_CASE("create-snapshot refuses a VPS in recovery", "[tools][create-snapshot]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net", VpsState::Recovery);

  CHECK(run.call("create-snapshot", {{"vps", shop.value}}).error().code == Code::WrongState);
}
