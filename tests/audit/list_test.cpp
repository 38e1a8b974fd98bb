#include "server/audit/list.h"

#include "tests/audit/fixture.h"

using namespace tier0;

namespace {

std::vector<Json> list(const AuditFixture& audit, const AuditFilter& filter = {}) {
  SqliteStore store(audit.database(), SqliteStore::Access::ReadOnly);
  auto calls = list_audit(store, filter);
  REQUIRE(calls);
  return *std::move(calls);
}

std::vector<std::string> ids(const std::vector<Json>& calls) {
  std::vector<std::string> found;
  for (const Json& call : calls) found.push_back(call["call"]);
  return found;
}

/// Three calls a minute apart: a read that worked, one refused, one that failed.
void record_three(AuditFixture& audit) {
  SqliteStore store(audit.database());
  StoreAuditLog log(store, audit.heads(), audit.clock);
  AuditEntry entry = entry_of("one", "read");
  entry.tool = "list-vps";
  auto first = log.begin(entry);
  REQUIRE(first);
  log.finish(*std::move(first), {.changed = false, .summary = "2 VPSs"});
  entry = entry_of("two");
  entry.agent = "director-gemini";
  entry.time += std::chrono::minutes(1);
  REQUIRE(log.refused(entry, {.code = Code::PolicyDenied, .message = "no grant"}));
  entry = entry_of("three");
  entry.time += std::chrono::minutes(2);
  auto third = log.begin(entry);
  REQUIRE(third);
  log.finish(*std::move(third), {.failure = Code::Timeout, .changed = std::nullopt});
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("the audit lists whole calls, newest first", "[audit][list]") {
  AuditFixture audit;
  record_three(audit);

  const auto calls = list(audit);

  CHECK(ids(calls) == Ids{"three", "two", "one"});
  CHECK(calls[2]["state"] == "done");
  CHECK(calls[2]["kind"] == "ok");
  CHECK(calls[2]["summary"] == "2 VPSs");
  CHECK(calls[2]["arguments"] == Json({{"vps", "17923"}}));
  CHECK(calls[2]["time"] == "2026-11-18T11:06:40.000Z");
  CHECK(calls[1]["state"] == "refused");
  CHECK(calls[1]["kind"] == "policy_denied");
  CHECK(calls[1]["summary"] == "no grant");
}

TEST_CASE("the audit's list is filtered", "[audit][list]") {
  AuditFixture audit;
  record_three(audit);
  const WallTime late = entry_of("").time + std::chrono::minutes(1);

  CHECK(ids(list(audit, {.agent = "director-gemini"})) == Ids{"two"});
  CHECK(ids(list(audit, {.tool = "list-vps"})) == Ids{"one"});
  CHECK(ids(list(audit, {.call = "three"})) == Ids{"three"});
  CHECK(ids(list(audit, {.kind = "timeout"})) == Ids{"three"});
  CHECK(ids(list(audit, {.kind = "policy_denied"})) == Ids{"two"});
  CHECK(ids(list(audit, {.since = late})) == Ids{"three", "two"});
  CHECK(ids(list(audit, {.limit = 1})) == Ids{"three"});
  CHECK(ids(list(audit, {.tenant = "somebody-else"})).empty());
  CHECK(ids(list(audit, {.agent = "executor-codex", .tool = "enable-firewall"})) == Ids{"three"});
}

TEST_CASE("a call without an end is listed as open while its process may live", "[audit][list]") {
  AuditFixture audit;
  SqliteStore store(audit.database());
  StoreAuditLog log(store, audit.heads(), audit.clock);
  const auto ticket = log.begin(entry_of("c1"));

  const auto calls = list(audit, {.kind = "open"});

  REQUIRE(ids(calls) == Ids{"c1"});
  CHECK(calls[0]["state"] == "open");
}

TEST_CASE("rows are exported under the names of their columns", "[audit][list]") {
  AuditFixture audit;
  audit.run(1);

  const Json row = to_json(audit.rows().at(1));

  CHECK(row["seq"] == 2);
  CHECK(row["event"] == "begin");
  CHECK(row["time"] == 1'795'000'000'000);
  CHECK(row["hash"].get<std::string>().size() == 64);
  CHECK(row.size() == 15);
}
