// Begins the toy operation in a state directory, or goes on with the one that is there, and says on
// one line of JSON how it ended. The tests kill it at each write of its journal.
#include <future>
#include <iostream>

#include "server/audit/store_audit_log.h"
#include "server/store/sqlite_store.h"
#include "tests/operation/toy.h"

namespace tier0 {
namespace {

Result<std::string> begin(Operations& operations, AuditLog& audit, const Clock& clock,
                          const std::filesystem::path& effects, const Json& script) {
  const OperationStart start{
      .principal = "agent:a",
      .call = "the-call",
      .tool = "toy-tool",
      .arguments = {{"file", effects.string()}, {"script", script}},
      .arguments_digest = "digest",
      .idempotency_key = "the-key",
  };
  T0_TRY(AuditTicket ticket, audit.begin({.call = {start.call},
                                          .time = clock.wall(),
                                          .principal = start.principal,
                                          .tool = start.tool,
                                          .effect = "write"}));
  Plan plan;
  plan.leases = {"vps:1"};
  T0_TRY(const Started started, operations.start(start, plan, ticket));
  return started.operation;
}

int run(const std::filesystem::path& directory, const Json& script) {
  const SystemClock clock;
  SqliteStore store(directory / "t.db");
  StoreAuditLog audit(store, directory / "head.json", clock);
  ToyWorlds worlds(clock);
  Operations operations(toy_registry(), store.operations(), audit, worlds, clock);
  const auto there = store.operations().operations("", 1);
  if (!there) return 1;
  std::string id;
  if (there->empty()) {
    const auto begun = begin(operations, audit, clock, directory / "effects", script);
    if (!begun) return 1;
    id = *begun;
  } else {
    id = there->front().id;
    operations.resume_all();
  }
  std::promise<Result<OperationSnapshot>> settled;
  operations.watch(id, clock.now() + std::chrono::seconds(20),
                   {.settled = [&](Result<OperationSnapshot> end) { settled.set_value(end); }});
  const auto end = settled.get_future().get();
  if (!end) return 1;
  std::cout << dump_json({{"status", to_string(end->status)}, {"operation", id}}) << std::endl;
  return 0;
}

}  // namespace
}  // namespace tier0

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto script = tier0::parse_json(argv[2]);
  return script ? tier0::run(argv[1], *script) : 2;
}
