#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_hosting.h"
#include "tests/fakes/fake_key_store.h"
#include "tests/fakes/fake_ssh.h"
#include "tests/operation/toy.h"

namespace tier0 {
namespace {

class NoHosts final : public HostMap {
 public:
  std::optional<HostName> host_of(const VpsId&) const override { return std::nullopt; }
};

class AllTargets final : public TargetScope {
 public:
  bool covers(std::string_view, const std::string&) const override { return true; }
};

}  // namespace

Result<Unit> ToyWorlds::enter(const OperationRow&, const Cancel& cancel, Progress& progress,
                              const std::function<void(ToolContext&)>& steps) {
  if (is_gone_) return Error{.code = Code::NotConfigured, .message = "the account is gone"};
  const FakeClock still;
  FakeHosting hosting(still);
  FakeSsh ssh;
  FakeKeyStore keys;
  const OwnerRules owner;
  const NoHosts hosts;
  const AllTargets scope;
  const std::vector<Account> accounts = {{"main", &hosting}};
  ToolContext context{.accounts = accounts,
                      .hosting = hosting,
                      .ssh = ssh,
                      .keys = keys,
                      .owner = owner,
                      .hosts = hosts,
                      .scope = scope,
                      .clock = clock_,
                      .cancel = cancel,
                      .progress = progress};
  steps(context);
  return Unit{};
}

}  // namespace tier0
