#pragma once

#include <memory>
#include <utility>

#include "server/backend/ssh_runner.h"
#include "server/broker/fleet.h"
#include "server/policy/decision.h"

namespace tier0 {

/// SSH as far as the grants of one call reach: kind not_permitted for everything else.
class PermittedSsh final : public SshRunner {
 public:
  PermittedSsh(SshRunner& ssh, const Fleet& fleet, std::shared_ptr<const GrantedScope> scope)
      : ssh_(ssh), fleet_(fleet), scope_(std::move(scope)) {}

  Result<CommandOutput> run(const HostName& host, const Command& command,
                            const Cancel& cancel) override;
  Result<FileContent> read_file(const HostName& host, const std::string& path, std::size_t limit,
                                const Cancel& cancel) override;
  Result<Unit> write_file(const HostName& host, const FileWrite& file,
                          const Cancel& cancel) override;

 private:
  Result<Unit> check(const HostName& host) const;

  SshRunner& ssh_;
  const Fleet& fleet_;
  const std::shared_ptr<const GrantedScope> scope_;
};

}  // namespace tier0
