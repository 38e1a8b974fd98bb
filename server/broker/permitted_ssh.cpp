#include "server/broker/permitted_ssh.h"

namespace tier0 {

Result<Unit> PermittedSsh::check(const HostName& host) const {
  const std::optional<VpsId> vps = fleet_.vps_of(host);
  if (vps && scope_->covers(Backend::Ssh, "vps", vps->value)) return Unit{};
  return Error{.code = Code::NotPermitted,
               .message = "this agent's grants give no SSH to this host",
               .hint = "The owner can add the ssh backend to a grant."};
}

Result<CommandOutput> PermittedSsh::run(const HostName& host, const Command& command,
                                        const Cancel& cancel) {
  T0_CHECK(check(host));
  return ssh_.run(host, command, cancel);
}

Result<FileContent> PermittedSsh::read_file(const HostName& host, const std::string& path,
                                            std::size_t limit, const Cancel& cancel) {
  T0_CHECK(check(host));
  return ssh_.read_file(host, path, limit, cancel);
}

Result<Unit> PermittedSsh::write_file(const HostName& host, const FileWrite& file,
                                      const Cancel& cancel) {
  T0_CHECK(check(host));
  return ssh_.write_file(host, file, cancel);
}

}  // namespace tier0
