#include "server/sandbox/host_machine.h"

#include <poll.h>

#include <algorithm>

#include "server/crypto/crypto.h"
#include "server/sandbox/host_facts.h"

namespace tier0::sandbox {
namespace {

/// {host_key: "changed"} of a script: as if the machine, or someone in between, were another one.
std::string seed_of(const HostState& state) {
  const std::string wanted = string_member(state.script, "host_key");
  return wanted.empty() ? state.host_key_seed
                        : crypto::sha256_hex(wanted + " " + state.host_key_seed);
}

bool flag(const Json& script, std::string_view name) {
  const Json* found = find_member(script, name);
  return found != nullptr && found->is_boolean() && found->get<bool>();
}

/// A service that is stopped listens no more; who is logged in stays.
bool listens(const HostState& state) {
  if (!state.answers_ssh || state.power == Power::Rescue) return state.answers_ssh;
  const HostFacts facts = host_facts(state);
  const auto sshd = facts.services.find("ssh.service");
  return sshd == facts.services.end() || sshd->second.is_active();
}

std::string system_of(const HostState& state) {
  return state.disk->image + " " + std::to_string(state.booted) +
         (state.power == Power::Rescue ? " rescue" : "");
}

}  // namespace

Result<std::unique_ptr<HostMachine>> HostMachine::make(HostView& view, const HostState& state) {
  T0_TRY(HostPort port, HostPort::reserve());
  std::unique_ptr<HostMachine> machine(new HostMachine(view, state.vps, std::move(port)));
  T0_CHECK(machine->follow(state));
  return machine;
}

Result<Unit> HostMachine::follow(const HostState& state) {
  const std::string seed = seed_of(state);
  if (seed != seed_) {
    T0_TRY(key_, host_key(seed));
    seed_ = seed;
    drop_clients();
  }
  const bool mute = flag(state.script, "mute");
  const std::string system = system_of(state);
  if (!state.answers_ssh || system != system_ || mute != mute_) drop_clients();
  system_ = system;
  mute_ = mute;
  if (listens(state)) return port_.open();
  port_.close();
  return Unit{};
}

HostEndpoint HostMachine::endpoint() const {
  return {.address = "127.0.0.1", .port = port_.number(), .host_key = fingerprint(key_)};
}

void HostMachine::drop_clients() {
  connections_.clear();
  held_.clear();
}

void HostMachine::add_to(std::vector<pollfd>& waiting) const {
  if (port_.is_open()) waiting.push_back({.fd = port_.listener(), .events = POLLIN, .revents = 0});
  for (const auto& connection : connections_)
    waiting.push_back({.fd = connection->socket(), .events = connection->events(), .revents = 0});
}

void HostMachine::advance(std::size_t room) {
  while (port_.is_open()) {
    OwnedFd socket = port_.accept();
    if (!socket) break;
    if (room == 0) continue;  // closed again, as sshd does beyond MaxStartups
    --room;
    const auto state = view_.host(vps_);
    if (mute_ || !state) {
      held_.push_back(std::move(socket));
    } else if (auto connection = HostConnection::accept(std::move(socket), key_, view_, *state)) {
      connections_.push_back(std::move(connection));
    }
  }
  std::erase_if(held_, [](const OwnedFd& client) {
    pollfd left{.fd = client.get(), .events = POLLRDHUP, .revents = 0};
    return ::poll(&left, 1, 0) != 0;
  });
  std::erase_if(connections_, [](const auto& connection) { return !connection->advance(); });
}

TimePoint HostMachine::next() const {
  TimePoint next = TimePoint::max();
  for (const auto& connection : connections_) next = std::min(next, connection->next());
  return next;
}

}  // namespace tier0::sandbox
