#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/e2e/lone_provider.h"
#include "tests/fakes/temp_folder.h"

namespace tier0 {

/// One call that changes something, in a world that lets it: a row of the tests.
struct Rehearsed {
  const char* tool;
  /// The call's arguments in that world.
  Json (*arguments)(LoneProvider& provider);
  /// The provider's world; what is not there is made up.
  Json fixture = Json::object();
  /// What tier0.yaml says beside the toolsets.
  const char* configuration = "";
  /// How paths end that ask for a state: sent where it cannot be seen yet, once more or not at all.
  const char* may_repeat = nullptr;
  /// What goes wrong at the provider, in the form of its control plane; null: nothing.
  Json fault = nullptr;
};

/// What a run of the call left.
struct Ending {
  int kills = 0;
  Json reply;                        // what the agent was told last
  Json world;                        // machines, firewalls and keys, without what is made anew
  std::vector<std::string> effects;  // requests that changed the provider's world, in order
  Json operations;                   // {tool, status} of each
  bool lets_us_in = false;           // by SSH, with the key that counts now
  bool is_audit_whole = false;
};

/// The server over a provider in another process, killed where TIER0_CRASH_AT says and started
/// again. The agent repeats its call, with the same idempotency key, until it is answered.
class CrashRig {
 public:
  explicit CrashRig(const Rehearsed& rehearsed);

  /// A run from the beginning, in a state directory of its own: a server for each place, which is
  /// killed there if it gets so far, then one that nobody kills. `after_kill` may do harm to the
  /// state directory first.
  Ending run(const std::vector<std::string>& places,
             const std::function<void(const std::filesystem::path&)>& after_kill = {});

 private:
  struct Scene;
  Running start(const Scene& scene, const std::string& place) const;
  /// What the agent is told, after a plan too; empty where the server was killed before.
  std::optional<Json> ask(Scene& scene, Running& server) const;
  /// The end of an operation that outlasted its call.
  static std::optional<Json> wait_for(Running& server, const std::string& operation);
  bool can_log_in(Running& server) const;
  Json world();

  const Rehearsed rehearsed_;
  TempFolder folder_;
  LoneProvider provider_;
  Json first_;  // the world in which each run begins
  Json arguments_;
};

}  // namespace tier0
