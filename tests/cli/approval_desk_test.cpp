// Who may decide is the kernel's word about the peer, and nothing that the request says.
#include "server/cli/approval_desk.h"

#include <catch2/catch.hpp>

#include "server/approval/approval_queue.h"
#include "server/state/hello.h"
#include "server/store/sqlite_store.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/recording_audit.h"
#include "tests/fakes/temp_folder.h"
#include "tests/tool/sample_tool.h"

using namespace tier0;
using tier0::cli::ApprovalDesk;

namespace {

constexpr uid_t kServer = 1000;
constexpr uid_t kOps = 1001;
constexpr uid_t kAgentUser = 1002;
constexpr uid_t kBoth = 1003;  // mapped to a person and to an agent
constexpr uid_t kStranger = 1004;

Json agent_with_user(const std::string& name, uid_t user) {
  return {{"agent", name},
          {"identity", Json::array({{{"unix_user", std::to_string(user)}}})},
          {"grants", Json::array({{{"tools", {"*"}}, {"effects", {{"read", "allow"}}}}})}};
}

struct DeskBench {
  DeskBench() {
    const Json profiles[] = {agent_with_user("codex", kAgentUser), agent_with_user("both", kBoth)};
    std::vector<Document> documents;
    for (const Json& profile : profiles) {
      const std::string name = "agents/" + string_member(profile, "agent") + ".yaml";
      documents.push_back({.file = name, .name = name, .value = profile});
    }
    policy = Policy::parse({.profiles = documents,
                            .registry = registry,
                            .people = {.unix_users = {{"ops", "1001"}, {"both", "1003"}},
                                       .server_uid = kServer}})
                 .value();
    PlanRow plan;
    plan.id = "plan-1";
    plan.principal = "agent:codex";
    plan.tool = "halt-vps";
    plan.arguments = R"({"vps":"1"})";
    plan.shown = R"({"summary":"halt it","data":{"effects":["it ends"]}})";
    plan.created = clock.wall();
    plan.expires = clock.wall() + std::chrono::minutes(15);
    REQUIRE(store.plans().add_plan(plan));
    ApprovalQueue queue(store.plans(), audit, clock);
    REQUIRE(
        queue.ask(plan, Effect::Destructive, {.approvers = {"owner", "ops", "both"}, .quorum = 1}));
  }

  Json vote(uid_t user, const Json& more = Json::object()) {
    Json request = {{"op", "approvals-vote"}, {"plan", "plan-1"}, {"approve", true}};
    request.update(more);
    return desk.answer(request, *policy, user, "socket");
  }
  ApprovalRow row() { return store.plans().approval("plan-1").value().value(); }

  TempFolder folder;
  FakeClock clock;
  SqliteStore store{folder / "t.db"};
  RecordingAudit audit;
  Registry registry = SampleTools().add("list-vps", sample_descriptor("read")).build().value();
  std::shared_ptr<const Policy> policy;
  ApprovalDesk desk{store.plans(), audit, clock};
};

}  // namespace

TEST_CASE("a vote is that of the person behind the user id", "[cli][approval]") {
  DeskBench bench;

  const Json answer = bench.vote(kOps);

  CHECK(answer["ok"] == true);
  CHECK(answer["approval"]["status"] == "approved");
  CHECK(bench.row().votes.at(0).person == "ops");
  CHECK(bench.audit.begun().back().principal == "person:ops");
  CHECK(bench.audit.begun().back().transport == "socket");
}

TEST_CASE("the server's own user is the owner", "[cli][approval]") {
  DeskBench bench;

  bench.vote(kServer);

  CHECK(bench.row().votes.at(0).person == "owner");
}

TEST_CASE("what a request says about the person is not looked at", "[cli][approval]") {
  DeskBench bench;

  const Json answer = bench.vote(kStranger, {{"person", "owner"}, {"uid", kServer}});

  CHECK(answer["ok"] == false);
  CHECK(bench.row().votes.empty());
}

TEST_CASE("an agent's user decides nothing, even where it is a person's too", "[cli][approval]") {
  DeskBench bench;

  const Json agent = bench.vote(kAgentUser);
  const Json both = bench.vote(kBoth);
  const Json seen = bench.desk.answer({{"op", "approvals-list"}}, *bench.policy, kBoth, "socket");

  CHECK(agent["ok"] == false);
  CHECK(both["ok"] == false);
  CHECK(parse_error(both).code == Code::Forbidden);
  CHECK(seen["ok"] == false);
  CHECK(bench.row().votes.empty());
}

TEST_CASE("a vote that says neither yes nor no is none", "[cli][approval]") {
  DeskBench bench;

  for (const Json& approve : {Json("true"), Json(1), Json(nullptr)}) {
    INFO(approve);
    CHECK(bench.vote(kOps, {{"approve", approve}})["ok"] == false);
  }
  CHECK(bench.row().votes.empty());
}

TEST_CASE("the queue shows what waits and the whole plan of one entry", "[cli][approval]") {
  DeskBench bench;

  const Json listed = bench.desk.answer({{"op", "approvals-list"}}, *bench.policy, kOps, "socket");
  const Json shown = bench.desk.answer({{"op", "approvals-show"}, {"plan", "plan-1"}},
                                       *bench.policy, kOps, "socket");
  const Json none = bench.desk.answer({{"op", "approvals-show"}, {"plan", "plan-2"}}, *bench.policy,
                                      kOps, "socket");

  REQUIRE(listed["items"].size() == 1);
  CHECK(listed["items"][0]["status"] == "pending");
  CHECK(shown["approval"]["plan"]["data"]["effects"] == Json{"it ends"});
  CHECK(shown["approval"]["arguments"] == Json{{"vps", "1"}});
  CHECK(parse_error(none).code == Code::NotFound);
}

TEST_CASE("an entry whose time is over shows as expired", "[cli][approval]") {
  DeskBench bench;
  bench.clock.advance(std::chrono::minutes(16));

  const Json listed = bench.desk.answer({{"op", "approvals-list"}}, *bench.policy, kOps, "socket");
  const Json voted = bench.vote(kOps);

  CHECK(listed["items"][0]["status"] == "expired");
  CHECK(parse_error(voted).code == Code::ApprovalExpired);
}
