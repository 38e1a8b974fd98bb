#include "server/sandbox/hosts.h"

namespace tier0::sandbox {
namespace {

/// No simulated host answers SSH yet: every VM is one without a configured host.
class NoHosts final : public Hosts {
 public:
  std::optional<HostEndpoint> endpoint(std::string_view) const override { return std::nullopt; }
};

}  // namespace

Result<std::unique_ptr<Hosts>> Hosts::start(HostView&) {
  return std::unique_ptr<Hosts>(std::make_unique<NoHosts>());
}

}  // namespace tier0::sandbox
