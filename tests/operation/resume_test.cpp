// What the next process does with what the one before left.
#include <fstream>

#include "tests/operation/bench.h"

using namespace tier0;
using ResumeLines = OperationBench::Lines;

namespace {

/// An operation as a process that was killed leaves it: begun, with these lines already written.
OperationRow left_row(OperationBench& bench, const Json& script, const std::string& tool) {
  OperationRow row;
  row.id = "left";
  row.principal = "agent:a";
  row.call = "call-left";
  row.tool = tool;
  row.arguments = Json{{"file", bench.effects.string()}, {"script", script}}.dump();
  row.state = "{}";
  row.output = "{}";
  row.created = row.updated = bench.clock.wall();
  row.owner = bench.options.owner;
  row.lease_until = bench.clock.wall() + std::chrono::hours(1);
  row.fence = 1;
  return row;
}

/// At the step, with its intent on disk and nothing more.
void leave_open(OperationBench& bench, int step, const Json& script = Json::object(),
                bool is_undoing = false, const std::string& tool = "toy-tool") {
  OperationRow row = left_row(bench, script, tool);
  REQUIRE(bench.store.operations().begin(row, {"vps:1"}));
  row.step = step;
  row.is_open = true;
  row.is_undoing = is_undoing;
  if (is_undoing) row.error = R"({"kind":"upstream","message":"it","undone":[],"stays":[]})";
  REQUIRE(bench.store.operations().save(row, {.time = row.created, .event = "intent"}));
}

void put_effect(const OperationBench& bench, const std::string& line) {
  std::ofstream(bench.effects, std::ios::app) << line << std::endl;
}

OperationSnapshot resumed(OperationBench& bench) {
  bench.start_engine().resume_all();
  return bench.end_of("left");
}

}  // namespace

TEST_CASE("an open step whose effect is there is not run again", "[operation][resume]") {
  OperationBench bench;
  leave_open(bench, 1);
  put_effect(bench, "first");

  const OperationSnapshot end = resumed(bench);

  CHECK(end.status == OperationStatus::Done);
  CHECK(bench.world() == ResumeLines{"first", "second"});
  CHECK(bench.count("left", "resumed first") == 1);
}

TEST_CASE("an open step whose effect is absent is run", "[operation][resume]") {
  OperationBench bench;
  leave_open(bench, 1);

  CHECK(resumed(bench).status == OperationStatus::Done);
  CHECK(bench.world() == ResumeLines{"first", "second"});
}

TEST_CASE("an open step that cannot be seen yet is looked for again, not run",
          "[operation][resume]") {
  OperationBench bench;
  leave_open(bench, 1, {{"find first", {"again", "again"}}});
  put_effect(bench, "first");

  CHECK(resumed(bench).status == OperationStatus::Done);
  CHECK(bench.world() == ResumeLines{"first", "second"});
  CHECK(bench.count("left", "again first") == 2);
}

TEST_CASE("an open step that nobody can find ends as unknown and keeps its leases",
          "[operation][resume]") {
  const std::string word = GENERATE("unknown", "throw");
  OperationBench bench;
  leave_open(bench, 1, {{"find first", {word}}});

  const OperationSnapshot end = resumed(bench);

  CHECK(end.status == OperationStatus::Unknown);
  CHECK(bench.world().empty());
  Plan plan;
  plan.leases = {"vps:1"};
  CHECK(!bench.begin(bench.request(), plan));
}

TEST_CASE("an open step without a way to look ends as unknown", "[operation][resume]") {
  OperationBench bench;
  leave_open(bench, 0, Json::object(), false, kBlindTool);

  const OperationSnapshot end = resumed(bench);

  CHECK(end.status == OperationStatus::Unknown);
  CHECK(end.error->message.find("in the middle of first") != std::string::npos);
  CHECK(bench.world().empty());
}

TEST_CASE("an open undo goes on only as far as the world still needs it", "[operation][resume]") {
  const bool was_undone = GENERATE(false, true);
  OperationBench bench;
  leave_open(bench, 1, Json::object(), true);
  put_effect(bench, "first");
  if (was_undone) put_effect(bench, "-first");

  const OperationSnapshot end = resumed(bench);

  CHECK(end.status == OperationStatus::Failed);
  CHECK(end.error->message == "it; undone: first");
  CHECK(bench.world() == ResumeLines{"first", "-first"});
}

TEST_CASE("a changed runbook ends what the old one began as unknown", "[operation][resume]") {
  OperationBench bench;
  leave_open(bench, 1);
  bench.start_engine(newer_toy_registry()).resume_all();

  const OperationSnapshot end = bench.end_of("left");

  CHECK(end.status == OperationStatus::Unknown);
  CHECK(end.error->message.find("version 1") != std::string::npos);
  CHECK(bench.world().empty());
}

TEST_CASE("a tool that is gone ends what it began as unknown", "[operation][resume]") {
  OperationBench bench;
  leave_open(bench, 1, Json::object(), false, "gone-tool");

  const OperationSnapshot end = resumed(bench);

  CHECK(end.status == OperationStatus::Unknown);
  CHECK(end.error->message.find("gone-tool") != std::string::npos);
}

TEST_CASE("an operation that another owner runs is left alone", "[operation][resume]") {
  OperationBench bench;
  leave_open(bench, 1);
  bench.options.owner = "another server";
  bench.start_engine().resume_all();

  CHECK(bench.run().status == OperationStatus::Done);

  CHECK(bench.status_of("left") == OperationStatus::Running);
  CHECK(bench.count("left", "resumed first") == 0);
}

TEST_CASE("an operation that waits goes on in the next process, and its audit ends there",
          "[operation][resume]") {
  OperationBench bench;
  const OperationStart start = bench.request({{"check", {"slow"}}});
  const std::string id = bench.begin_id(start);
  bench.eventually([&] { return bench.count(id, "again check") == 1; });
  bench.stop_engine();
  CHECK(bench.audited(start.call)["state"] == "open");

  bench.start_engine().resume_all();
  bench.eventually([&] { return bench.count(id, "resumed check") == 1; });
  REQUIRE(bench.engine().resume(id, "person:owner"));

  CHECK(bench.end_of(id).status == OperationStatus::Done);
  CHECK(bench.world() == ResumeLines{"first", "second"});
  CHECK(bench.audited(start.call)["kind"] == "ok");
}

TEST_CASE("a step that a shutdown interrupts is run by the next process", "[operation][resume]") {
  OperationBench bench;
  const std::string id = bench.begin_id(bench.request({{"first", {"block"}}}));
  bench.eventually([&] { return bench.count(id, "intent first") == 1; });

  bench.stop_engine();
  const OperationStatus between = bench.status_of(id);
  bench.start_engine().resume_all();

  CHECK(between == OperationStatus::Running);
  CHECK(bench.end_of(id).status == OperationStatus::Done);
  CHECK(bench.world() == ResumeLines{"first", "second"});
}

TEST_CASE("a person has an unknown outcome looked at again", "[operation][resume]") {
  OperationBench bench;
  const std::string id = bench.run({{"first", {"unknown"}}}).id;

  REQUIRE(bench.engine().resume(id, "person:owner"));

  CHECK(bench.end_of(id).status == OperationStatus::Done);
  CHECK(bench.world() == ResumeLines{"first", "second"});
}

TEST_CASE("a person abandons what waits and what is unknown, and the leases are free",
          "[operation][resume]") {
  const auto script = GENERATE(R"({"check": ["slow"]})", R"({"first": ["unknown"]})");
  OperationBench bench;
  Plan plan;
  plan.leases = {"vps:1"};
  const std::string id = bench.begin_id(bench.request(Json::parse(script)), plan);
  bench.eventually([&] {
    return bench.count(id, "again check") == 1 || bench.status_of(id) == OperationStatus::Unknown;
  });

  REQUIRE(bench.engine().abandon(id, "person:owner"));
  bench.eventually([&] { return bench.status_of(id) == OperationStatus::Abandoned; });

  const auto snapshot = bench.engine().snapshot(id);
  REQUIRE(snapshot);
  CHECK(snapshot->error->code == Code::Cancelled);
  CHECK(snapshot->error->message.find("person:owner") == 0);
  CHECK(bench.begin(bench.request(), plan));
}

TEST_CASE("what has ended is neither resumed nor abandoned", "[operation][resume]") {
  OperationBench bench;
  const std::string id = bench.run().id;

  const auto resumed_late = bench.engine().resume(id, "person:owner");
  const auto abandoned_late = bench.engine().abandon(id, "person:owner");

  REQUIRE(!resumed_late);
  CHECK(resumed_late.error().code == Code::Conflict);
  REQUIRE(!abandoned_late);
  CHECK(abandoned_late.error().code == Code::Conflict);
  CHECK(bench.engine().abandon("nothing", "person:owner").error().code == Code::NotFound);
}
