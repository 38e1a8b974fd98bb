#pragma once

#include "server/broker/broker.h"
#include "server/broker/operation_replies.h"
#include "server/store/sqlite_store.h"
#include "tests/fakes/fake_hosting.h"
#include "tests/fakes/fake_key_store.h"
#include "tests/fakes/fake_ssh.h"
#include "tests/fakes/recording_audit.h"
#include "tests/fakes/running_clock.h"
#include "tests/fakes/temp_folder.h"

namespace tier0 {

/// A destructive tool of the tests: stops one VPS and waits until it is stopped.
inline constexpr const char* kHaltTool = "halt-vps";

/// The shipped tools and the one above.
Registry registry_with_halt();

/// One call beside who, what and with what.
struct CallOptions {
  bool can_ask = false;
  std::optional<ClientAnswer> answer = {};
  Progress* progress = nullptr;  // the halt tool reports when it has read what it plans with
};

/// A broker over a store of its own and fakes for the rest. The agents are those of the sandbox
/// until a policy is given.
class BrokerBench {
 public:
  TempFolder folder;
  RunningClock clock;
  FakeHosting hosting{clock};
  FakeSsh ssh;
  FakeKeyStore keys;
  OwnerRules owner;
  RecordingAudit audit;
  SqliteStore store{folder / "t.db"};
  VpsId shop =
      hosting.add_vps({.id = {}, .hostname = "shop.example.net", .state = VpsState::Running});
  Registry registry = registry_with_halt();
  PolicyBox policy;
  Fleet fleet{{{"main", &hosting}}, {.hosts = {{"shop", shop.value}}}, clock};
  Workbench workbench{
      registry, {.fleet = fleet, .ssh = ssh, .keys = keys, .owner = owner, .pace = 1000}, clock};
  Operations operations{registry, store.operations(), audit, workbench, clock};
  OperationReplies replies{operations, registry};
  Broker broker{registry, policy, audit, {workbench, operations, store}, clock};
  ApprovalQueue approvals{store.plans(), audit, clock};
  Exposure everything;
  std::stop_source stop;

  BrokerBench();

  /// Replaces the policy by these profiles, in the form of agents/*.yaml.
  void grant(const std::vector<Json>& profiles);

  /// As far as the call goes by itself.
  Reply begin(const std::string& agent, const std::string& tool, const Json& arguments,
              const CallOptions& options = {});
  /// With the end of the operation, where there is one.
  Reply call(const std::string& agent, const std::string& tool,
             const Json& arguments = Json::object(), const CallOptions& options = {});
  /// The same as the result that clients see.
  Json result(const std::string& agent, const std::string& tool, const Json& arguments,
              const CallOptions& options = {});

  /// The halt tool of executor-codex.
  Json halt(const Json& arguments, const CallOptions& options = {}) {
    return result("executor-codex", kHaltTool, arguments, options);
  }
  /// A fresh plan of it for the shop.
  std::string plan_halt() { return string_member(halt({{"vps", shop.value}}), "plan_id"); }
  std::size_t halts() const { return hosting.calls("stop_vps").size(); }
  /// Begins a halt that goes on until end_halt.
  Reply begin_long_halt();
  void end_halt() { hosting.finish_actions(); }

  /// What a person of the policy says at the queue.
  Result<ApprovalRow> says(const std::string& person, const std::string& plan, bool yes);
};

Code code_of(const Reply& reply);

/// An agent `executor-codex` whose destructive and write calls have this verdict.
Json profile_with(const std::string& verdict,
                  const Json& approvals = {{"approvers", {"owner", "client"}}});

}  // namespace tier0
