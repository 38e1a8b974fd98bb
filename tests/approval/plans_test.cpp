#include "server/approval/plans.h"

#include <catch2/catch.hpp>

#include "server/store/sqlite_store.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temp_folder.h"

using namespace tier0;

namespace {

const Principal kCodex{.id = "executor-codex"};

struct PlansBench {
  TempFolder folder;
  FakeClock clock;
  SqliteStore store{folder / "t.db"};
  Plans plans{store.plans(), clock};
  Decision decision{.verdict = Verdict::Ask, .rule = "grant 1"};

  PlanRow add(const Plan& plan, const Json& arguments = {{"vps", "1"}},
              const Principal& who = kCodex) {
    const ArgumentsKey key = ArgumentsKey::of(arguments, {});
    return plans
        .add({.who = who,
              .tool = "halt-vps",
              .arguments = key,
              .plan = plan,
              .decision = decision,
              .lifetime = Plans::kLifetime})
        .value();
  }
};

Plan costs(int cents) {
  Plan plan{.summary = "buy"};
  plan.price = {{"currency", "USD"}, {"cents", cents}};
  return plan;
}

}  // namespace

TEST_CASE("arguments have one key however they are written", "[approval][plans]") {
  const ArgumentsKey one = ArgumentsKey::of(Json::parse(R"({"a":1,"b":[2]})"), {});
  const ArgumentsKey other = ArgumentsKey::of(Json::parse(R"({ "b":[2], "a":1 })"), {});

  CHECK(one.digest == other.digest);
  CHECK(one.canonical == other.canonical);
  CHECK(one.digest != ArgumentsKey::of(Json::parse(R"({"a":1,"b":[3]})"), {}).digest);
}

TEST_CASE("a secret argument is part of the digest and not of what is kept", "[approval][plans]") {
  const std::vector<std::string> secrets = {"password"};
  const ArgumentsKey key = ArgumentsKey::of({{"vps", "1"}, {"password", "hunter2"}}, secrets);
  const ArgumentsKey other = ArgumentsKey::of({{"vps", "1"}, {"password", "hunter3"}}, secrets);

  CHECK(key.canonical.find("hunter2") == std::string::npos);
  CHECK(key.canonical == other.canonical);
  CHECK(key.digest != other.digest);
}

TEST_CASE("a plan is found by whoever it was made for alone", "[approval][plans]") {
  PlansBench bench;
  const PlanRow row = bench.add(Plan{.summary = "halt"});

  CHECK(bench.plans.find(row.id, kCodex));
  CHECK(bench.plans.find(row.id, {.id = "other"}).error().code == Code::NotFound);
  CHECK(bench.plans.find(row.id, {.id = "executor-codex", .tenant = "shop"}).error().code ==
        Code::NotFound);
}

TEST_CASE("a plan is open until its time is over", "[approval][plans]") {
  PlansBench bench;
  const PlanRow row = bench.add(Plan{.summary = "halt"});
  const ArgumentsKey key = ArgumentsKey::of({{"vps", "1"}}, {});
  CHECK(bench.plans.check_open(row));
  CHECK((*bench.plans.open(kCodex, "halt-vps", key))->id == row.id);

  bench.clock.advance(Plans::kLifetime);

  CHECK(bench.plans.check_open(row).error().code == Code::PlanExpired);
  CHECK(!*bench.plans.open(kCodex, "halt-vps", key));
}

TEST_CASE("a plan whose price moved is stale", "[approval][plans]") {
  PlansBench bench;
  const PlanRow row = bench.add(costs(599));

  const auto fresh = Plans::check_fresh(row, costs(599));
  const auto stale = Plans::check_fresh(row, costs(699));

  CHECK(fresh);
  REQUIRE(!stale);
  CHECK(stale.error().code == Code::PlanStale);
  REQUIRE(stale.error().details.size() == 1);
  CHECK(stale.error().details[0].field == "/price/cents");
}

TEST_CASE("words of a plan may change without making it stale", "[approval][plans]") {
  PlansBench bench;
  Plan plan{.summary = "restore the backup of three minutes ago"};
  plan.observed = {{"state", "running"}};
  const PlanRow row = bench.add(plan);
  plan.summary = "restore the backup of four minutes ago";

  CHECK(Plans::check_fresh(row, plan));
}

TEST_CASE("what is shown of a plan comes back as it was stored", "[approval][plans]") {
  PlansBench bench;
  Plan plan{.summary = "halt web-1"};
  plan.lost = {"memory"};
  plan.warnings = {"look out"};
  const PlanRow row = bench.add(plan);

  const ToolOutput output = Plans::output(*bench.plans.find(row.id, kCodex));

  CHECK(output.summary == "halt web-1");
  CHECK(output.data["lost"] == Json{"memory"});
  CHECK(output.data["state_digest"] == row.state_digest);
  CHECK(output.data["decision"] == Json{{"verdict", "ask"}, {"grant", "grant 1"}});
  CHECK(output.warnings == std::vector<std::string>{"look out"});
  CHECK(output.changed == false);
}
