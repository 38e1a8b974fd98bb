// Every runbook, killed just before and just after each write of its journal.
#include <catch2/catch.hpp>

#include "tests/tools/rehearsal.h"

using namespace tier0;

namespace {

struct Undisturbed {
  std::string world;
  std::vector<HostingCall> writes;
  std::size_t files_written = 0;
  int journal_writes = 0;
};

Undisturbed undisturbed(const RehearsedTool& tool) {
  const Rehearsal it = tool.set_up();
  Undisturbed seen;
  const auto done =
      it.run->call_dying_at(tool.tool, it.args, 0, ToolRun::Dies::After, &seen.journal_writes);
  INFO(tool.tool);
  if (!done) FAIL(done.error().message);
  seen.world = world_of(*it.run);
  seen.writes = it.run->hosting.writes();
  seen.files_written = it.run->ssh.files_written().size();
  return seen;
}

/// Ids of what is made on the way differ from world to world, methods do not.
std::vector<std::string> methods(const std::vector<HostingCall>& calls) {
  std::vector<std::string> names;
  for (const HostingCall& call : calls) names.push_back(call.method);
  return names;
}

void check_killed_at_each_write(const RehearsedTool& tool, ToolRun::Dies when) {
  const Undisturbed whole = undisturbed(tool);
  for (int nth = 1; nth <= whole.journal_writes; ++nth) {
    INFO(tool.tool << " killed at write " << nth << " of " << whole.journal_writes);
    const Rehearsal it = tool.set_up();

    const auto done = it.run->call_dying_at(tool.tool, it.args, nth, when, nullptr);

    if (!done) FAIL(done.error().message);
    CHECK(world_of(*it.run) == whole.world);
    CHECK(methods(it.run->hosting.writes()) == methods(whole.writes));
    CHECK(it.run->ssh.files_written().size() == whole.files_written);
  }
}

}  // namespace

TEST_CASE("a runbook killed before any write of its journal ends as if nothing had happened",
          "[tools][crash]") {
  for (const RehearsedTool& tool : rehearsals())
    check_killed_at_each_write(tool, ToolRun::Dies::Before);
}

TEST_CASE("a runbook killed after any write of its journal ends as if nothing had happened",
          "[tools][crash]") {
  for (const RehearsedTool& tool : rehearsals())
    check_killed_at_each_write(tool, ToolRun::Dies::After);
}
