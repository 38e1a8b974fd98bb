#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "server/tool/registry.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_hosting.h"
#include "tests/fakes/fake_key_store.h"
#include "tests/fakes/fake_ssh.h"

namespace tier0 {

/// A provider, hosts and time of a test's own, and the way a call reaches a tool behind the broker:
/// arguments checked and filled in by the schema, the answer cut to it.
class ToolRun {
 public:
  FakeClock clock;
  FakeHosting hosting{clock};
  FakeSsh ssh;
  FakeKeyStore keys;
  OwnerRules owner;
  std::stop_source stop;
  std::chrono::minutes longest{120};           // how long a call may take, on the test's own clock
  std::function<void(ToolRun&)> on_line = {};  // what the world does at each line of the journal

  /// A VM that is there, with an SSH host of the same name if wanted.
  VpsId add_vps(const std::string& hostname, VpsState state = VpsState::Running);
  void configure_host(const VpsId& vps, const std::string& name);
  /// From now on only these are in the caller's scope.
  void limit_to(std::set<std::string> vps) { covered_ = std::move(vps); }

  /// What a call with these arguments does; destructive tools too, as if they were planned and
  /// approved.
  Result<ToolOutput> call(const std::string& tool, const Json& arguments);
  /// Only the plan.
  Result<Plan> plan(const std::string& tool, const Json& arguments);

  /// Where the process dies: before a step sends anything, or after its effect and before anybody
  /// knew.
  enum class Dies { Before, After };
  /// Like `call`, by a process that dies at that step of that name, and another one that finds out
  /// what the dead one did and goes on.
  Result<ToolOutput> call_dying(const std::string& tool, const Json& arguments,
                                const std::string& step, Dies when);
  /// Like `call`, by a process that dies just before or just after the nth write of the journal,
  /// from 1; `writes` is how many there were in all.
  Result<ToolOutput> call_dying_at(const std::string& tool, const Json& arguments, int nth,
                                   Dies when, int* writes);
  /// The names of a runbook's steps.
  static std::vector<std::string> steps_of(const std::string& tool);

 private:
  class Names final : public HostMap {
   public:
    std::optional<HostName> host_of(const VpsId& vps) const override;
    std::map<VpsId, HostName> names;
  };
  class Scope final : public TargetScope {
   public:
    explicit Scope(const std::optional<std::set<std::string>>& covered) : covered_(covered) {}
    bool covers(std::string_view, const std::string& id) const override {
      return !covered_ || covered_->contains(id);
    }

   private:
    const std::optional<std::set<std::string>>& covered_;
  };

  using Work =
      std::function<Result<ToolOutput>(const Tool& tool, ToolContext& context, const Json& args)>;
  Result<ToolOutput> within(const std::string& tool, const Json& arguments, const Work& work);

  Names names_;
  std::optional<std::set<std::string>> covered_;
};

}  // namespace tier0
