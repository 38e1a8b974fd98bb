#include <latch>
#include <thread>

#include "tests/store/operation_rows.h"

using namespace tier0;

namespace {

ApprovalRow approval_for(const std::string& plan, int quorum = 1) {
  return {.plan = plan,
          .principal = "agent:executor",
          .tool = "restore-vps",
          .text = "Restore web-1?",
          .approvers = {"ops", "boss", "client"},
          .quorum = quorum,
          .asked = at_ms(1000),
          .expires = at_ms(5000)};
}

Vote yes_of(const std::string& person, std::int64_t at = 2000) {
  return {.person = person, .yes = true, .via = "queue", .at = at_ms(at)};
}

Vote no_of(const std::string& person) {
  return {.person = person, .yes = false, .via = "queue", .at = at_ms(2000)};
}

struct Queue {
  explicit Queue(int quorum = 1) { REQUIRE(store.plans().ask(approval_for("plan", quorum))); }
  Result<ApprovalRow> vote(const Vote& vote) { return store.plans().vote("plan", vote); }

  TempFolder folder;
  SqliteStore store{folder / "t.db"};
};

Code refused(const Result<ApprovalRow>& voted) {
  REQUIRE(!voted);
  return voted.error().code;
}

}  // namespace

TEST_CASE("a plan is read back as it was stored", "[store][plans]") {
  const TempFolder folder;
  SqliteStore store(folder / "t.db");
  REQUIRE(store.plans().add_plan(plan_row("p")));

  const auto read = store.plans().plan("p");

  REQUIRE(read);
  REQUIRE(read->has_value());
  CHECK((*read)->tenant == "acme");
  CHECK((*read)->arguments == R"({"vps":"17923"})");
  CHECK((*read)->state_digest == "state");
  CHECK((*read)->expires == at_ms(5000));
  CHECK((*read)->operation.empty());
  CHECK_FALSE(store.plans().plan("q")->has_value());
}

TEST_CASE("the open plan is the newest that is neither applied nor expired", "[store][plans]") {
  const TempFolder folder;
  SqliteStore store(folder / "t.db");
  REQUIRE(store.plans().add_plan(plan_row("old")));
  REQUIRE(store.plans().add_plan(plan_row("new")));
  PlanRow applied = plan_row("applied");
  REQUIRE(store.plans().add_plan(applied));
  OperationRow operation = operation_row("o");
  operation.plan = "applied";
  REQUIRE(store.operations().begin(operation, {}));

  const auto open = [&](const std::string& principal, std::int64_t now) {
    const auto found = store.plans().open_plan(principal, "restore-vps", "digest", at_ms(now));
    REQUIRE(found);
    return found->has_value() ? (*found)->id : "none";
  };

  CHECK(open("agent:executor", 4999) == "new");
  CHECK(open("agent:executor", 5000) == "none");
  CHECK(open("agent:other", 2000) == "none");
}

TEST_CASE("a plan that is asked about twice keeps its first question", "[store][approvals]") {
  Queue queue;
  REQUIRE(queue.vote(yes_of("ops")));
  ApprovalRow other = approval_for("plan");
  other.text = "Something else?";

  const auto again = queue.store.plans().ask(other);

  REQUIRE(again);
  CHECK(again->text == "Restore web-1?");
  CHECK(again->status == ApprovalRow::Status::Approved);
  CHECK(again->votes.size() == 1);
}

TEST_CASE("one yes approves where one is enough", "[store][approvals]") {
  Queue queue;

  const auto voted = queue.vote(yes_of("ops"));

  REQUIRE(voted);
  CHECK(voted->status == ApprovalRow::Status::Approved);
  const auto read = queue.store.plans().approval("plan");
  REQUIRE(read);
  REQUIRE(read->has_value());
  CHECK((*read)->status == ApprovalRow::Status::Approved);
  REQUIRE((*read)->votes.size() == 1);
  CHECK((*read)->votes[0].person == "ops");
  CHECK((*read)->votes[0].yes);
  CHECK((*read)->votes[0].via == "queue");
  CHECK((*read)->votes[0].at == at_ms(2000));
}

TEST_CASE("a quorum of two needs two different people", "[store][approvals]") {
  Queue queue(2);

  const auto first = queue.vote(yes_of("ops"));
  const auto same = queue.vote(yes_of("ops"));
  const auto second = queue.vote(yes_of("boss"));

  REQUIRE(first);
  CHECK(first->status == ApprovalRow::Status::Pending);
  CHECK(refused(same) == Code::Conflict);
  REQUIRE(second);
  CHECK(second->status == ApprovalRow::Status::Approved);
}

TEST_CASE("one no denies for good", "[store][approvals]") {
  Queue queue(2);
  REQUIRE(queue.vote(yes_of("ops")));

  const auto denied = queue.vote(no_of("boss"));
  const auto late = queue.vote(yes_of("client:executor"));

  REQUIRE(denied);
  CHECK(denied->status == ApprovalRow::Status::Denied);
  CHECK(refused(late) == Code::Conflict);
}

TEST_CASE("who is not an approver has no vote", "[store][approvals]") {
  Queue queue;

  CHECK(refused(queue.vote(yes_of("stranger"))) == Code::Forbidden);
  CHECK(refused(queue.vote(no_of("stranger"))) == Code::Forbidden);
  CHECK((*queue.store.plans().approval("plan"))->votes.empty());
}

TEST_CASE("the user of a client votes only where client is an approver", "[store][approvals]") {
  Queue queue;
  ApprovalRow people_only = approval_for("strict");
  people_only.approvers = {"ops"};
  REQUIRE(queue.store.plans().ask(people_only));

  CHECK(queue.vote(yes_of("client:executor")));
  CHECK(refused(queue.store.plans().vote("strict", yes_of("client:executor"))) == Code::Forbidden);
}

TEST_CASE("no vote counts once the time is over", "[store][approvals]") {
  Queue queue;

  CHECK(refused(queue.vote(yes_of("ops", 5000))) == Code::ApprovalExpired);
  CHECK(queue.vote(yes_of("ops", 4999)));
}

TEST_CASE("a vote on a plan that nobody was asked about is not_found", "[store][approvals]") {
  Queue queue;

  CHECK(refused(queue.store.plans().vote("other", yes_of("ops"))) == Code::NotFound);
}

TEST_CASE("approvals that wait come first, then the newest", "[store][approvals]") {
  Queue queue;
  REQUIRE(queue.vote(yes_of("ops")));
  ApprovalRow expired = approval_for("expired");
  expired.asked = at_ms(1500);
  expired.expires = at_ms(1600);
  REQUIRE(queue.store.plans().ask(expired));
  ApprovalRow waiting = approval_for("waiting");
  waiting.asked = at_ms(900);
  REQUIRE(queue.store.plans().ask(waiting));

  const auto list = queue.store.plans().approvals(9, at_ms(2000));

  REQUIRE(list);
  REQUIRE(list->size() == 3);
  CHECK((*list)[0].plan == "waiting");
  CHECK((*list)[1].plan == "expired");
  CHECK((*list)[2].plan == "plan");
  CHECK(queue.store.plans().approvals(1, at_ms(2000))->size() == 1);
}

TEST_CASE("a nonce is spent once however many try at the same time", "[store][approvals]") {
  const TempFolder folder;
  SqliteStore first(folder / "t.db");
  SqliteStore second(folder / "t.db");
  REQUIRE(first.plans().spend_nonce("warm", at_ms(9), at_ms(1)));
  REQUIRE(second.plans().spend_nonce("up", at_ms(9), at_ms(1)));
  std::latch ready(2);
  std::atomic<int> spent = 0;
  const auto race = [&](SqliteStore& store) {
    ready.arrive_and_wait();
    const auto won = store.plans().spend_nonce("nonce", at_ms(9000), at_ms(1000));
    if (won && *won) ++spent;
  };

  {
    const std::jthread a([&] { race(first); });
    const std::jthread b([&] { race(second); });
  }

  CHECK(spent == 1);
}

TEST_CASE("a nonce is remembered until it expires", "[store][approvals]") {
  const TempFolder folder;
  SqliteStore store(folder / "t.db");
  REQUIRE(*store.plans().spend_nonce("nonce", at_ms(5000), at_ms(1000)));

  CHECK_FALSE(*store.plans().spend_nonce("nonce", at_ms(5000), at_ms(4999)));
  CHECK(*store.plans().spend_nonce("other", at_ms(9000), at_ms(5000)));
  CHECK(*store.plans().spend_nonce("nonce", at_ms(9000), at_ms(5000)));
}
