// Every way through a runbook, as the engine runs it.
#include "tests/operation/bench.h"

using namespace tier0;
using StepLines = OperationBench::Lines;

TEST_CASE("an operation whose steps are all done is done", "[operation]") {
  OperationBench bench;

  const OperationSnapshot end = bench.run();

  CHECK(end.status == OperationStatus::Done);
  CHECK(end.output.summary == "the toy is done");
  CHECK(end.output.changed == true);
  CHECK_FALSE(end.error);
  CHECK(bench.world() == StepLines{"first", "second"});
  CHECK(bench.events_of(end.id) == StepLines{"intent look", "done look", "intent first",
                                             "done first", "intent second", "done second",
                                             "intent check", "done check"});
}

TEST_CASE("a step that says again is run again at its time, after an intent of its own",
          "[operation]") {
  OperationBench bench;

  const OperationSnapshot end = bench.run({{"first", {"again", "again"}}});

  CHECK(end.status == OperationStatus::Done);
  CHECK(bench.world() == StepLines{"first", "second"});
  CHECK(bench.count(end.id, "intent first") == 3);
  CHECK(bench.count(end.id, "again first") == 2);
}

TEST_CASE("a step that only reads needs one intent for all its runs", "[operation]") {
  OperationBench bench;

  const OperationSnapshot end = bench.run({{"check", {"again", "again"}}});

  CHECK(end.status == OperationStatus::Done);
  CHECK(bench.count(end.id, "intent check") == 1);
  CHECK(bench.count(end.id, "again check") == 2);
}

TEST_CASE("a failed step undoes the finished ones, the last first", "[operation]") {
  OperationBench bench;

  const OperationSnapshot end = bench.run({{"check", {"failed"}}});

  CHECK(end.status == OperationStatus::Failed);
  REQUIRE(end.error);
  CHECK(end.error->code == Code::Upstream);
  CHECK(end.error->message == "check went wrong; undone: second, first");
  CHECK(end.output.changed == false);
  CHECK(bench.world() == StepLines{"first", "second", "-second", "-first"});
}

TEST_CASE("a first effect that fails leaves nothing to undo", "[operation]") {
  OperationBench bench;

  const OperationSnapshot end = bench.run({{"first", {"failed"}}});

  CHECK(end.status == OperationStatus::Failed);
  CHECK(end.error->code == Code::Upstream);
  CHECK(bench.world().empty());
}

TEST_CASE("what cannot be undone is named, and the operation is partial", "[operation]") {
  OperationBench bench;

  const OperationSnapshot end = bench.run({{"check", {"failed"}}, {"undo second", {"failed"}}});

  CHECK(end.status == OperationStatus::Partial);
  REQUIRE(end.error);
  CHECK(end.error->code == Code::Partial);
  CHECK(end.error->message == "check went wrong; undone: first; could not be undone: second");
  CHECK(end.output.changed == true);
  CHECK(bench.world() == StepLines{"first", "second", "-first"});
}

TEST_CASE("an effect without an undo makes a later failure partial", "[operation]") {
  OperationBench bench;
  OperationStart start = bench.request({{"check", {"failed"}}});
  start.tool = kBlindTool;

  const OperationSnapshot end = bench.end_of(bench.begin_id(start));

  CHECK(end.status == OperationStatus::Partial);
  CHECK(end.error->message == "check went wrong; could not be undone: first");
}

TEST_CASE("an effect that leaves nothing behind needs no undo", "[operation]") {
  OperationBench bench;
  OperationStart start = bench.request({{"check", {"failed"}}});
  start.tool = kTracelessTool;

  const OperationSnapshot end = bench.end_of(bench.begin_id(start));

  CHECK(end.status == OperationStatus::Failed);
  CHECK(end.error->message == "check went wrong");
}

TEST_CASE("an undo may wait", "[operation]") {
  OperationBench bench;

  const OperationSnapshot end = bench.run({{"second", {"failed"}}, {"undo first", {"again"}}});

  CHECK(end.status == OperationStatus::Failed);
  CHECK(bench.world() == StepLines{"first", "-first"});
}

TEST_CASE("a step of unknown outcome ends the operation as unknown and is not run again",
          "[operation]") {
  OperationBench bench;

  const OperationSnapshot end = bench.run({{"first", {"unknown"}}});

  CHECK(end.status == OperationStatus::Unknown);
  REQUIRE(end.error);
  CHECK(end.error->code == Code::TimeoutUnknown);
  CHECK(end.error->hint.find("operations resume") != std::string::npos);
  CHECK_FALSE(end.output.changed.has_value());
  CHECK(bench.world() == StepLines{"first"});
}

TEST_CASE("an undo of unknown outcome ends the operation as unknown", "[operation]") {
  OperationBench bench;

  const OperationSnapshot end = bench.run({{"second", {"failed"}}, {"undo first", {"unknown"}}});

  CHECK(end.status == OperationStatus::Unknown);
  CHECK(end.error->message.find("second went wrong; undoing it: undo first") == 0);
}

TEST_CASE("a step that throws after its effect is of unknown outcome", "[operation]") {
  OperationBench bench;

  const OperationSnapshot end = bench.run({{"first", {"throw"}}});

  CHECK(end.status == OperationStatus::Unknown);
  CHECK(end.error->message.find("a bug") == std::string::npos);
}

TEST_CASE("a reading step that throws before any effect is a plain failure", "[operation]") {
  OperationBench bench;

  const OperationSnapshot end = bench.run({{"look", {"throw"}}});

  CHECK(end.status == OperationStatus::Failed);
  CHECK(end.error->code == Code::Internal);
}

TEST_CASE("a step that never finishes is of unknown outcome after the limit", "[operation]") {
  OperationBench bench;
  bench.options.wait_limit = std::chrono::milliseconds(20);

  const OperationSnapshot end = bench.run({{"check", Json(1000, "again")}});

  CHECK(end.status == OperationStatus::Unknown);
  CHECK(end.error->code == Code::TimeoutUnknown);
}

TEST_CASE("a plan with nothing to do is done at once and changes nothing", "[operation]") {
  OperationBench bench;
  Plan plan;
  plan.summary = "it is so already";
  plan.state = {{"vps", "1"}};
  plan.nothing_to_do = true;

  const OperationSnapshot end = bench.end_of(bench.begin_id(bench.request(), plan));

  CHECK(end.status == OperationStatus::Done);
  CHECK(end.output.changed == false);
  CHECK(end.output.summary == "it is so already");
  CHECK(end.output.data == Json{{"vps", "1"}});
  CHECK(bench.world().empty());
}

TEST_CASE("neither secret arguments nor what the schema does not list reach the disk",
          "[operation]") {
  OperationBench bench;
  OperationStart start = bench.request();
  start.arguments["password"] = "hunter2";

  const OperationSnapshot end = bench.end_of(bench.begin_id(start));

  const auto row = bench.store.operations().operation(end.id);
  REQUIRE(row);
  CHECK((*row)->arguments.find("hunter2") == std::string::npos);
  CHECK((*row)->output.find("not_in_the_schema") == std::string::npos);
  CHECK(end.output.data == Json{{"vps", "1"}});
}

TEST_CASE("an operation whose world is gone before its first effect fails", "[operation]") {
  OperationBench bench;
  bench.worlds.be_gone(true);

  const OperationSnapshot end = bench.run();

  CHECK(end.status == OperationStatus::Failed);
  CHECK(end.error->code == Code::NotConfigured);
  CHECK(bench.world().empty());
}
