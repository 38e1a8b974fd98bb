#pragma once

#include <catch2/catch.hpp>
#include <future>

#include "server/audit/list.h"
#include "server/audit/store_audit_log.h"
#include "server/operation/operations.h"
#include "server/store/sqlite_store.h"
#include "tests/fakes/temp_folder.h"
#include "tests/operation/toy.h"

namespace tier0 {

/// A state directory, and engines one after the other over it, as processes would follow each
/// other.
class OperationBench {
 public:
  using Lines = std::vector<std::string>;

  TempFolder folder;
  SystemClock clock;
  SqliteStore store{folder / "t.db"};
  StoreAuditLog audit{store, folder / "head.json", clock};
  ToyWorlds worlds{clock};
  std::filesystem::path effects = folder / "effects";
  OperationStore* journal = &store.operations();
  OperationOptions options;

  /// Ends the engine of before.
  Operations& start_engine(const Registry& registry = toy_registry()) {
    engine_.reset();
    engine_ = std::make_unique<Operations>(registry, *journal, audit, worlds, clock, options);
    return *engine_;
  }
  void stop_engine() { engine_.reset(); }
  Operations& engine() { return engine_ ? *engine_ : start_engine(); }

  OperationStart request(const Json& script = Json::object()) {
    return {.principal = "agent:a",
            .agent = "a",
            .transport = "stdio",
            .call = "call-" + std::to_string(++calls_),
            .tool = "toy-tool",
            .arguments = {{"file", effects.string()}, {"script", script}},
            .arguments_digest = script.dump()};
  }

  Result<Started> begin(const OperationStart& start, const Plan& plan = {}) {
    auto ticket = audit.begin({.call = {start.call},
                               .time = clock.wall(),
                               .principal = start.principal,
                               .tool = start.tool,
                               .effect = "write"});
    REQUIRE(ticket);
    auto started = engine().start(start, plan, *ticket);
    if (!started) audit.finish(*std::move(ticket), {.failure = started.error().code});
    return started;
  }
  std::string begin_id(const OperationStart& start, const Plan& plan = {}) {
    const auto started = begin(start, plan);
    REQUIRE(started);
    return started->operation;
  }

  OperationSnapshot end_of(const std::string& id) {
    auto settled = std::make_shared<std::promise<Result<OperationSnapshot>>>();
    auto future = settled->get_future();
    engine().watch(id, clock.now() + std::chrono::seconds(20),
                   {.settled = [settled](Result<OperationSnapshot> snapshot) {
                     settled->set_value(std::move(snapshot));
                   }});
    REQUIRE(future.wait_for(std::chrono::seconds(30)) == std::future_status::ready);
    auto snapshot = future.get();
    REQUIRE(snapshot);
    return *snapshot;
  }
  OperationSnapshot run(const Json& script = Json::object()) {
    return end_of(begin_id(request(script)));
  }

  /// Waits, with a limit, for what another thread brings about.
  template <class Condition>
  void eventually(Condition condition) {
    const auto end = clock.now() + std::chrono::seconds(20);
    while (!condition() && clock.now() < end)
      clock.wait_until(clock.now() + std::chrono::milliseconds(2), {});
    REQUIRE(condition());
  }

  Lines events_of(const std::string& id) {
    const auto lines = store.operations().journal(id);
    REQUIRE(lines);
    Lines events;
    for (const JournalRow& line : *lines) events.push_back(line.event + " " + line.step);
    return events;
  }
  std::ptrdiff_t count(const std::string& id, const std::string& event) {
    const Lines events = events_of(id);
    return std::count(events.begin(), events.end(), event);
  }
  Lines world() const { return effects_in(effects); }
  OperationStatus status_of(const std::string& id) {
    const auto row = store.operations().operation(id);
    REQUIRE(row);
    return (*row)->status;
  }

  Json audited(const std::string& call) {
    REQUIRE(audit.flush());
    const auto calls = list_audit(store, {.call = call});
    REQUIRE(calls);
    REQUIRE(calls->size() == 1);
    return calls->front();
  }

 private:
  int calls_ = 0;
  std::unique_ptr<Operations> engine_;
};

}  // namespace tier0
