#include <unistd.h>

#include <iostream>

#include "server/base/clock.h"
#include "server/cli/host_pins.h"
#include "server/cli/setup.h"
#include "server/cli/terminal.h"
#include "server/cli/world.h"
#include "server/ssh/host_keys.h"

namespace tier0::cli {
namespace {

Result<config::HostConfig> host_named(const std::string& name,
                                      const config::Named<config::HostConfig>& hosts) {
  const auto found = hosts.find(name);
  if (found != hosts.end()) return found->second;
  std::string known;
  for (const auto& [other, host] : hosts) known += (known.empty() ? "" : ", ") + other;
  return Error{.code = Code::NotFound,
               .message = "ssh.hosts has no " + name,
               .hint = known.empty() ? "Add it to tier0.yaml first." : "There are: " + known};
}

bool person_agrees(const std::string& question) {
  std::cerr << question << " [y/N] " << std::flush;
  std::string answer;
  return std::getline(std::cin, answer) && (answer == "y" || answer == "yes");
}

Error not_asked() {
  return {.code = Code::ApprovalRequired,
          .message = "nobody is at the terminal to compare the fingerprint",
          .hint =
              "Compare it with the host's own (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), "
              "then add --yes."};
}

Result<Unit> pin(const HostsPin& command, const config::Named<config::HostConfig>& hosts,
                 HostPins& pins, const Terminal& terminal) {
  const SystemClock clock;
  const Cancel cancel{.deadline = clock.now() + std::chrono::seconds(15)};
  T0_TRY(const HostName name, HostName::parse(command.host));
  T0_TRY(const config::HostConfig host, host_named(command.host, hosts));
  T0_TRY(const HostKeyFingerprint key,
         fetch_host_key(host.address, static_cast<std::uint16_t>(host.port), cancel));
  if (!host.host_key.empty() && host.host_key != key.value)
    return Error{.code = Code::SshHostkeyChanged,
                 .message = command.host + " shows " + key.value + ", but the configuration says " +
                            host.host_key,
                 .hint = "The configuration wins. Find out why it changed before you edit it."};
  T0_TRY(const std::string known, pins.known(name));
  std::cerr << command.host << " (" << host.address << ":" << host.port << ") shows "
            << key.algorithm << ' ' << key.value << '\n';
  if (!known.empty() && known != key.value) std::cerr << "It was pinned as " << known << ".\n";
  if (!command.yes) {
    if (isatty(STDIN_FILENO) != 1) return not_asked();
    if (!person_agrees("Is this the host's own fingerprint?"))
      return Error{.code = Code::ApprovalDeclined, .message = "nothing was pinned"};
  }
  T0_CHECK(pins.pin({.host = name, .fingerprint = key.value, .instead_of = known}));
  if (terminal.for_people())
    terminal.line("pinned. For tier0.yaml: host_key: \"" + key.value + "\"");
  else
    terminal.print({{"host", command.host}, {"host_key", key.value}});
  return Unit{};
}

}  // namespace

int run(const HostsPin& command, const Options& options) {
  auto setup = prepare(options);
  if (!setup) return fail_usage(setup.error());
  const auto hosts = hosts_of_environment();
  if (!hosts) return fail_usage(hosts.error());
  if (*hosts) setup->loaded.config.ssh.hosts = **hosts;
  const auto pins = HostPins::open(*setup);
  if (!pins) return fail_usage(pins.error());
  const auto pinned = pin(command, setup->loaded.config.ssh.hosts, **pins, Terminal(options));
  return pinned ? kDone : fail(pinned.error());
}

}  // namespace tier0::cli
