// kill -9 at each write of the journal: no effect twice, and every end is the same or honest.
#include <catch2/catch.hpp>

#include "server/audit/list.h"
#include "server/audit/verify.h"
#include "server/store/sqlite_store.h"
#include "tests/fakes/child_process.h"
#include "tests/fakes/temp_folder.h"
#include "tests/operation/toy.h"

using namespace tier0;

namespace {

const std::string kProgram = TIER0_BINARY_DIR "/tests/operation_process";
using CrashLines = std::vector<std::string>;

struct Crashing {
  TempFolder folder;
  std::string script;

  /// Whether it was killed; `at` as TIER0_CRASH_AT, empty for not at all.
  bool is_killed(const std::string& at) {
    ChildProcess process(
        {"/usr/bin/env", "TIER0_CRASH_AT=" + at, kProgram, folder.path().string(), script});
    last = process.line();
    const int code = process.wait();
    REQUIRE((code == 0 || code == -SIGKILL));
    return code == -SIGKILL;
  }
  /// Runs until one process comes to an end.
  std::string end() {
    REQUIRE_FALSE(is_killed(""));
    const auto said = parse_json(last);
    REQUIRE(said);
    return string_member(*said, "status");
  }
  CrashLines world() const { return effects_in(folder / "effects"); }
  bool is_whole() const {
    SqliteStore store(folder / "t.db", SqliteStore::Access::ReadOnly);
    const auto verdict = verify_audit(store, folder / "head.json", {}, SystemClock(), {});
    return verdict && !verdict->fault;
  }

  std::string last;
};

}  // namespace

TEST_CASE("an operation that is killed at any write of its journal ends as if it were not",
          "[operation][crash]") {
  const std::string side = GENERATE("before", "after");
  Crashing run{.folder = {}, .script = R"({"first": ["again"]})", .last = {}};
  int write = 1;
  bool killed = true;

  while (killed) {
    Crashing one{.folder = {}, .script = run.script, .last = {}};
    killed = one.is_killed(side + ":" + std::to_string(write));
    INFO(side << ":" << write);
    CHECK(one.end() == "done");
    CHECK(one.world() == CrashLines{"first", "second"});
    CHECK(one.is_whole());
    ++write;
  }

  // begin, and for each of four steps an intent and an outcome, and those of the first's again.
  CHECK(write == 13);
}

TEST_CASE("an operation that is killed on its way back undoes each effect once",
          "[operation][crash]") {
  const std::string side = GENERATE("before", "after");
  bool killed = true;

  for (int write = 8; killed; ++write) {
    Crashing one{.folder = {}, .script = R"({"check": ["failed"]})", .last = {}};
    killed = one.is_killed(side + ":" + std::to_string(write));
    INFO(side << ":" << write);
    CHECK(one.end() == "failed");
    CHECK(one.world() == CrashLines{"first", "second", "-second", "-first"});
  }
}

TEST_CASE("an operation survives a kill during its resumption", "[operation][crash]") {
  for (int first = 3; first <= 7; ++first) {
    for (int second = 1; second <= 4; ++second) {
      Crashing one{.folder = {}, .script = "{}", .last = {}};
      INFO("before:" << first << ", then before:" << second);
      CHECK(one.is_killed("before:" + std::to_string(first)));
      one.is_killed("before:" + std::to_string(second));
      CHECK(one.end() == "done");
      CHECK(one.world() == CrashLines{"first", "second"});
    }
  }
}
