// kill -9 of the real server at each write of a runbook's journal, the provider in its own process.
#include <catch2/catch.hpp>
#include <fstream>
#include <map>

#include "tests/crash/runbooks.h"

using namespace tier0;

namespace {

std::map<std::string, int> count(const std::vector<std::string>& effects) {
  std::map<std::string, int> counted;
  for (const std::string& effect : effects) ++counted[effect];
  return counted;
}

/// The end of an undisturbed run; or what is known, and no effect more often than there.
void check_end(const Ending& end, const Ending& whole) {
  INFO(end.reply);
  CHECK(end.is_audit_whole);
  CHECK(end.lets_us_in == whole.lets_us_in);
  if (end.reply["ok"] == true) {
    CHECK(end.world == whole.world);
    CHECK(end.effects == whole.effects);
    CHECK(end.operations == whole.operations);
    return;
  }
  const std::string kind = string_member(end.reply, "kind");
  CHECK((kind == "unknown" || kind == "partial" || kind == "timeout_unknown"));
  auto most = count(whole.effects);
  for (const auto& [effect, times] : count(end.effects)) {
    INFO(effect);
    CHECK(times <= most[effect]);
  }
}

void check_undisturbed(const Rehearsed& row, const Ending& whole) {
  INFO(row.tool << ": " << whole.reply);
  REQUIRE(whole.kills == 0);
  REQUIRE(whole.reply["ok"] == true);
  REQUIRE(whole.reply["changed"] == true);
  REQUIRE(!whole.effects.empty());
  CHECK(whole.operations == Json::array({{{"tool", row.tool}, {"status", "done"}}}));
  CHECK(whole.lets_us_in);
  CHECK(whole.is_audit_whole);
}

/// Until a run comes to its end before the place; how many there were.
int kill_everywhere(CrashRig& rig, const Rehearsed& row, const std::string& side,
                    const Ending& whole) {
  for (int write = 1;; ++write) {
    const std::string place = side + ":" + std::to_string(write);
    INFO(row.tool << " killed " << place);
    const Ending end = rig.run({place});
    check_end(end, whole);
    if (end.kills == 0) return write - 1;
  }
}

}  // namespace

TEST_CASE("a server that is killed at any write of a journal ends the call as if it were not",
          "[crash]") {
  const Rehearsed row = GENERATE(from_range(rehearsed_runbooks()));
  CrashRig rig(row);
  const Ending whole = rig.run({});
  check_undisturbed(row, whole);

  const int before = kill_everywhere(rig, row, "before", whole);
  const int after = kill_everywhere(rig, row, "after", whole);

  INFO(row.tool);
  // The beginning, and an intent and an outcome of each of two steps at least.
  CHECK(before >= 5);
  CHECK(after >= 5);
}

TEST_CASE("a server that is killed again while it resumes ends the call as if it were not",
          "[crash]") {
  const Rehearsed row = GENERATE(from_range(rehearsed_runbooks()));
  CrashRig rig(row);
  const Ending whole = rig.run({});

  for (const char* first : {"after:2", "before:3", "after:3", "before:4"}) {
    INFO(row.tool << " killed " << first << " and again at once");
    const Ending end = rig.run({first, "before:1", "after:1"});
    CHECK(end.kills == 3);
    check_end(end, whole);
  }
}

TEST_CASE("a log of the store that the kill tore loses nothing that was begun", "[crash]") {
  const Rehearsed row = GENERATE(from_range(rehearsed_runbooks()));
  CrashRig rig(row);
  const Ending whole = rig.run({});
  const auto tear = [](const std::filesystem::path& state) {
    // The beginning of a frame, as a write that was under way leaves it.
    std::ofstream(state / "tier0.db-wal", std::ios::app | std::ios::binary)
        << std::string(3000, '\x5a');
  };

  for (const char* place : {"before:2", "after:2", "before:3", "after:3"}) {
    INFO(row.tool << " killed " << place);
    const Ending end = rig.run({place}, tear);
    CHECK(end.kills == 1);
    check_end(end, whole);
  }
}
