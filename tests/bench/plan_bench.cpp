// What planning, asking and the journal add to a call, in microseconds, over a provider in memory:
// the audit and the disk are real.
#include <algorithm>
#include <iostream>

#include "server/audit/store_audit_log.h"
#include "server/broker/broker.h"
#include "server/broker/operation_replies.h"
#include "server/config/load.h"
#include "server/store/sqlite_store.h"
#include "tests/fakes/fake_hosting.h"
#include "tests/fakes/fake_key_store.h"
#include "tests/fakes/fake_ssh.h"
#include "tests/fakes/temp_folder.h"
#include "tool_handlers.gen.h"

namespace {

using namespace tier0;
using BenchMicroseconds = std::chrono::duration<double, std::micro>;

struct PlanBench {
  TempFolder folder;
  SystemClock clock;
  FakeHosting hosting{clock};
  FakeSsh ssh;
  FakeKeyStore keys;
  OwnerRules owner;
  SqliteStore store{folder / "tier0.db"};
  StoreAuditLog audit{store, folder / "audit-head.json", clock};
  VpsId shop = hosting.add_vps({.id = {}, .hostname = "shop", .state = VpsState::Running});
  Registry registry = Registry::build(tools::table()).value();
  PolicyBox policy{config::make_policy(config::load_sandbox().value(), registry).value()};
  Fleet fleet{{{"main", &hosting}}, FleetNames{}, clock};
  Workbench workbench{
      registry, {.fleet = fleet, .ssh = ssh, .keys = keys, .owner = owner, .pace = 1e6}, clock};
  Operations operations{registry, store.operations(), audit, workbench, clock};
  OperationReplies replies{operations, registry};
  Broker broker{registry, policy, audit, {workbench, operations, store}, clock};
  Exposure everything;

  /// The answer, with the end of the operation where there is one.
  Reply call(const std::string& tool, const Json& more) {
    NoProgress progress;
    Json arguments = {{"vps", shop.value}};
    arguments.update(more);
    Reply reply = broker.call({.who = {.id = "executor-codex"},
                               .tool = tool,
                               .arguments = std::move(arguments),
                               .transport = "cli",
                               .exposure = everything,
                               .cancel = {},
                               .progress = progress});
    if (!std::holds_alternative<Underway>(reply.outcome)) return reply;
    return replies.wait(reply, {.deadline = clock.now() + std::chrono::seconds(20)}, progress);
  }

  /// False where a call failed: then the times mean nothing.
  bool time(const std::string& what, int calls, const std::string& tool, const Json& more) {
    std::vector<double> times;
    for (int i = 0; i < calls; ++i) {
      hosting.change([&](FakeWorld& world) {
        world.machines[shop].vps.state = VpsState::Stopped;
        world.machines[shop].actions.clear();
      });
      const auto began = std::chrono::steady_clock::now();
      const Reply reply = call(tool, more);
      times.push_back(BenchMicroseconds(std::chrono::steady_clock::now() - began).count());
      if (reply.is_error()) {
        std::cerr << dump_json(result_object(reply)) << '\n';
        return false;
      }
    }
    std::sort(times.begin(), times.end());
    const auto at = [&](double share) {
      return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
    };
    std::cout << dump_json(
                     {{"what", what}, {"calls", calls}, {"p50_us", at(0.5)}, {"p99_us", at(0.99)}})
              << '\n';
    return true;
  }
};

}  // namespace

int main() {
  PlanBench bench;
  constexpr int kCalls = 500;
  const bool ok =
      bench.time("read: get-vps", kCalls, "get-vps", {{"include", Json::array()}}) &&
      bench.time("plan: start-vps dry_run", kCalls, "start-vps", {{"dry_run", true}}) &&
      bench.time("change: start-vps, three steps to the end", kCalls, "start-vps", Json::object());
  return ok ? 0 : 1;
}
