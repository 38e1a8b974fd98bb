// What only two processes, a kill or a full disk can show.
#include <catch2/catch.hpp>

#include "server/audit/list.h"
#include "server/audit/store_audit_log.h"
#include "server/audit/verify.h"
#include "server/base/json.h"
#include "server/state/local_client.h"
#include "server/state/paths.h"
#include "server/store/sqlite_store.h"
#include "tests/fakes/child_process.h"
#include "tests/fakes/temp_folder.h"

using namespace tier0;

namespace {

const std::string kProgram = TIER0_BINARY_DIR "/tests/state_process";

Json parsed(const std::string& line) {
  INFO("line: " << line);
  auto json = parse_json(line);
  REQUIRE(json);
  return *std::move(json);
}

struct Server : ChildProcess {
  Server(const TempFolder& folder, const std::string& agent, const std::string& config = "c")
      : ChildProcess({kProgram, "serve", folder.path().string(), agent, config}) {}

  Json call(const std::string& line) { return parsed(ask(line)); }
};

std::vector<Json> audit_of(const TempFolder& folder, const AuditFilter& filter = {}) {
  SqliteStore store(StatePaths{folder.path()}.store(), SqliteStore::Access::ReadOnly);
  auto calls = list_audit(store, filter);
  REQUIRE(calls);
  return *std::move(calls);
}

std::string verdict_of(const TempFolder& folder) {
  const StatePaths paths{folder.path()};
  SqliteStore store(paths.store(), SqliteStore::Access::ReadOnly);
  const auto verdict = verify_audit(store, paths.audit_head(), {}, SystemClock(), {});
  REQUIRE(verdict);
  return verdict->fault ? verdict->fault->why : "whole";
}

}  // namespace

TEST_CASE("a second process acts through the owner, as its own agent", "[state][processes]") {
  const TempFolder folder;
  Server first(folder, "one");
  const Json own = first.call("a");
  Server second(folder, "two");

  const Json forwarded = second.call("b");

  CHECK(own["by"] == first.pid());
  CHECK(forwarded["by"] == first.pid());
  CHECK(forwarded["agent"] == "two");
  CHECK(first.call("c")["agent"] == "one");
}

TEST_CASE("a second process takes over when the owner is killed", "[state][processes]") {
  const TempFolder folder;
  Server first(folder, "one");
  first.call("a");
  Server second(folder, "two");
  second.call("b");

  first.kill();

  const Json answer = second.call("c");
  CHECK(answer["by"] == second.pid());
  CHECK(answer["line"] == "c");
  second.end_input();
  CHECK(second.wait() == 0);
  CHECK(verdict_of(folder) == "whole");
  CHECK(audit_of(folder).size() == 3);
}

TEST_CASE("a second process takes over when the owner leaves", "[state][processes]") {
  const TempFolder folder;
  Server first(folder, "one");
  first.call("a");
  Server second(folder, "two");
  second.call("b");

  first.end_input();
  REQUIRE(first.wait() == 0);

  CHECK(second.call("c")["by"] == second.pid());
}

TEST_CASE("of several processes one takes over and the others follow it", "[state][processes]") {
  const TempFolder folder;
  Server first(folder, "one");
  first.call("a");
  Server second(folder, "two");
  Server third(folder, "three");
  second.call("b");
  third.call("b");

  first.kill();

  const Json two = second.call("c");
  const Json three = third.call("c");
  CHECK(two["by"] == three["by"]);
  CHECK(two["by"] != first.pid());
  CHECK(three["agent"] == "three");
}

TEST_CASE("a process with another configuration is told so and not forwarded",
          "[state][processes]") {
  const TempFolder folder;
  Server first(folder, "one", "first");
  first.call("a");

  Server second(folder, "two", "second");
  const Json answer = parsed(second.line());

  CHECK(answer["kind"] == "wrong_state");
  CHECK(answer["message"].get<std::string>().find("another configuration") != std::string::npos);
  CHECK(second.wait() == 2);
}

TEST_CASE("an admin command reaches the owner and knows who asks", "[state][processes]") {
  const TempFolder folder;
  Server owner(folder, "one");
  owner.call("a");
  const SystemClock clock;
  const Cancel soon{.stop = {}, .deadline = clock.now() + std::chrono::seconds(20)};

  auto client = AdminClient::connect(StatePaths{folder.path()}.socket(), {}, clock, soon);
  REQUIRE(client);
  const auto answer = client->call({{"command", "freeze"}}, soon);

  REQUIRE(answer);
  CHECK((*answer)["by"] == owner.pid());
  CHECK((*answer)["for"] == ::getpid());
  CHECK((*answer)["request"]["command"] == "freeze");
}

TEST_CASE("a mutation begun before a kill is there, and lost once another process follows",
          "[audit][processes]") {
  const TempFolder folder;
  ChildProcess victim({kProgram, "begin-and-die", folder.path().string()});
  REQUIRE(victim.line() == R"({"begun":true})");
  REQUIRE(victim.wait() == -SIGKILL);
  const std::vector<Json> before = audit_of(folder);

  Server next(folder, "one");
  next.call("x");

  REQUIRE(before.size() == 1);
  CHECK(before[0]["state"] == "open");
  const std::vector<Json> lost = audit_of(folder, {.kind = "unknown"});
  REQUIRE(lost.size() == 1);
  CHECK(lost[0]["state"] == "lost");
  CHECK(lost[0]["call"] == "a:c1");
  CHECK(lost[0]["summary"].get<std::string>().find("outcome unknown") != std::string::npos);
  CHECK(verdict_of(folder) == "whole");
}

TEST_CASE("a full disk refuses calls, loses nothing and heals", "[audit][processes][disk]") {
  const TempFolder folder;
  ChildProcess process({kProgram, "full-disk", folder.path().string()});

  const Json seen = parsed(process.line());

  if (seen.contains("skipped")) {
    WARN("SKIPPED: " << seen["skipped"].get<std::string>());
    return;
  }
  CHECK(seen["refused_as"] == "audit_unavailable");
  CHECK(seen["message"].get<std::string>().find("full") != std::string::npos);
  CHECK(seen["read_goes_on"] == false);
  CHECK(seen["verdict_while_full"] == "whole");
  CHECK(seen["read_goes_on_later"] == true);
  CHECK(seen["verdict_later"] == "whole");
  CHECK(seen["all_ended"] == true);
}

TEST_CASE("an audit on a read-only disk can be verified but not written",
          "[audit][processes][disk]") {
  const TempFolder folder;
  ChildProcess process({kProgram, "read-only-disk", folder.path().string()});

  const Json seen = parsed(process.line());

  if (seen.contains("skipped")) {
    WARN("SKIPPED: " << seen["skipped"].get<std::string>());
    return;
  }
  CHECK(seen["verdict"] == "whole");
  CHECK(seen["refused_as"] == "audit_unavailable");
}
