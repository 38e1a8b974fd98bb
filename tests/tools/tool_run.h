#pragma once

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

  /// A VM that is there, with an SSH host of the same name if wanted.
  VpsId add_vps(const std::string& hostname, VpsState state = VpsState::Running);
  void configure_host(const VpsId& vps, const std::string& name);
  /// From now on only these are in the caller's scope.
  void limit_to(std::set<std::string> vps) { covered_ = std::move(vps); }

  Result<ToolOutput> call(const std::string& tool, const Json& arguments);

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

  Names names_;
  std::optional<std::set<std::string>> covered_;
};

}  // namespace tier0
