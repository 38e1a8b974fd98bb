#pragma once

#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "server/audit/store_audit_log.h"
#include "server/audit/verify.h"
#include "server/store/sqlite_store.h"
#include "tests/fakes/temp_folder.h"

namespace tier0 {

inline AuditEntry entry_of(const std::string& call, const std::string& effect = "write") {
  return {.call = {call},
          .time = WallTime(std::chrono::milliseconds(1'795'000'000'000)),
          .principal = "agent:executor-codex",
          .agent = "executor-codex",
          .tenant = "acme",
          .transport = "http",
          .tool = "enable-firewall",
          .effect = effect,
          .decision = {.verdict = "allow", .grant = "executor-codex#1", .policy_generation = 3},
          .arguments = {{"vps", "17923"}},
          .targets = {{{"dimension", "vps"}, {"id", "17923"}}}};
}

/// A state directory with an audit in it, opened as often as a test likes.
struct AuditFixture {
  TempFolder folder;
  SystemClock clock;

  std::filesystem::path database() const { return folder / "tier0.db"; }
  std::filesystem::path heads() const { return folder / "audit-head.json"; }

  /// A process that makes `calls` and ends.
  void run(int calls, const std::string& prefix = "call-", const std::string& effect = "write") {
    SqliteStore store(database());
    StoreAuditLog log(store, heads(), clock);
    for (int i = 1; i <= calls; ++i) {
      auto ticket = log.begin(entry_of(prefix + std::to_string(i), effect));
      REQUIRE(ticket);
      log.finish(*std::move(ticket), {.changed = true, .summary = "done"});
    }
  }

  AuditVerdict verify(const std::vector<ChainHead>& remembered = {}) {
    SqliteStore store(database(), SqliteStore::Access::ReadOnly);
    auto verdict = verify_audit(store, heads(), remembered, clock, {});
    REQUIRE(verdict);
    return *std::move(verdict);
  }

  std::vector<AuditRow> rows() {
    SqliteStore store(database(), SqliteStore::Access::ReadOnly);
    const auto writers = store.audit_writers();
    REQUIRE(writers);
    std::vector<AuditRow> all;
    for (const std::string& writer : *writers) {
      const auto chain = store.audit_chain(writer, 0, 100'000);
      REQUIRE(chain);
      all.insert(all.end(), chain->begin(), chain->end());
    }
    return all;
  }

  std::vector<std::string> events() {
    std::vector<std::string> list;
    for (const AuditRow& row : rows())
      list.push_back(row.event + (row.call.empty() ? "" : " " + row.call));
    return list;
  }
};

/// Whether it comes true before the time is over; asks again and again, without a fixed pause.
template <class Condition>
bool comes_true(std::chrono::milliseconds within, Condition condition) {
  const auto end = std::chrono::steady_clock::now() + within;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace tier0
