// What the audit adds to a call: begin and finish of reads and of mutations, in microseconds.
#include <algorithm>
#include <chrono>
#include <iostream>
#include <thread>
#include <vector>

#include "server/audit/redact.h"
#include "server/audit/store_audit_log.h"
#include "server/store/sqlite_store.h"
#include "tests/fakes/temp_folder.h"

namespace {

using namespace tier0;
using Microseconds = std::chrono::duration<double, std::micro>;

/// As the broker does it, redaction included.
AuditEntry entry_of(int number, const std::string& effect, const FieldClasses& classes,
                    const Clock& clock) {
  return {.call = {"call-" + std::to_string(number)},
          .time = clock.wall(),
          .principal = "agent:executor-codex",
          .agent = "executor-codex",
          .transport = "http",
          .tool = "list-vps",
          .effect = effect,
          .decision = {.verdict = "allow", .grant = "executor-codex#1", .policy_generation = 1},
          .arguments = redact_arguments({{"vps", "17923"}, {"limit", 50}}, classes)};
}

std::vector<double> time_calls(AuditLog& log, int calls, const std::string& effect,
                               const Clock& clock) {
  const Json schema = {
      {"type", "object"},
      {"properties", {{"vps", {{"type", "string"}}}, {"limit", {{"type", "integer"}}}}}};
  const FieldClasses classes = FieldClasses::from_schema(schema, {});
  std::vector<double> times;
  for (int i = 0; i < calls; ++i) {
    const auto began = std::chrono::steady_clock::now();
    auto ticket = log.begin(entry_of(i, effect, classes, clock));
    if (ticket) log.finish(*std::move(ticket), {.summary = "3 VPSs"});
    times.push_back(Microseconds(std::chrono::steady_clock::now() - began).count());
  }
  return times;
}

void report(const std::string& what, std::vector<double> times) {
  std::sort(times.begin(), times.end());
  const auto at = [&](double share) {
    return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
  };
  std::cout << Json({{"what", what},
                     {"calls", times.size()},
                     {"p50_us", at(0.50)},
                     {"p99_us", at(0.99)},
                     {"max_us", times.back()}})
                   .dump()
            << '\n';
}

void time_threads(AuditLog& log, int threads, int calls, const Clock& clock) {
  std::vector<std::vector<double>> times(static_cast<std::size_t>(threads));
  const auto began = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> running;
    for (auto& mine : times)
      running.emplace_back([&] { mine = time_calls(log, calls, "write", clock); });
  }
  const Microseconds whole = std::chrono::steady_clock::now() - began;
  std::vector<double> all;
  for (const auto& mine : times) all.insert(all.end(), mine.begin(), mine.end());
  report("mutation, " + std::to_string(threads) + " threads", all);
  std::cout << Json({{"what", "mutations a second, " + std::to_string(threads) + " threads"},
                     {"value", threads * calls / (whole.count() / 1e6)}})
                   .dump()
            << '\n';
}

}  // namespace

int main() {
  const TempFolder folder;
  const SystemClock clock;
  SqliteStore store(folder / "tier0.db");
  StoreAuditLog log(store, folder / "audit-head.json", clock);
  if (!log.flush()) return 1;
  report("first record, store made", time_calls(log, 1, "write", clock));
  report("read", time_calls(log, 20'000, "read", clock));
  if (!log.flush()) return 1;
  report("mutation", time_calls(log, 500, "write", clock));
  time_threads(log, 16, 100, clock);
  return 0;
}
