// The simulation as the simulated SSH hosts use it.

#include <algorithm>

#include "server/sandbox/simulation.h"
#include "server/sandbox/ssh_side.h"
#include "server/sandbox/timeline.h"

namespace tier0::sandbox {
namespace {

Error no_machine(std::string_view vps) {
  return {.code = Code::NotFound, .message = "there is no machine " + std::string(vps)};
}

}  // namespace

std::vector<HostState> Simulation::hosts() const {
  const MutexLock lock(mutex_);
  // Machines of other people are seen through their own token only.
  const auto full = std::ranges::find(stage_.world.tokens, "full", &Token::id);
  const std::string own = full == stage_.world.tokens.end() ? "" : full->account;
  std::vector<HostState> list;
  for (const Account& account : stage_.world.accounts)
    for (const Vm& vm : account.vms)
      if (vm.template_id != 0 && account.name == own)
        list.push_back(host_state(stage_.world, vm, now_locked()));
  std::ranges::sort(list, {}, [](const HostState& host) {
    return std::pair(host.vps.size(), host.vps);  // ids are decimal numbers
  });
  return list;
}

std::optional<HostState> Simulation::host(std::string_view vps) const {
  const MutexLock lock(mutex_);
  const ConstMachine machine = find_machine(stage_.world, vps);
  if (machine.vm == nullptr || machine.vm->template_id == 0) return std::nullopt;
  return host_state(stage_.world, *machine.vm, now_locked());
}

bool Simulation::lets_in(std::string_view vps, int port) const {
  const MutexLock lock(mutex_);
  const ConstMachine machine = find_machine(stage_.world, vps);
  return machine.vm != nullptr && lets_clients_in(stage_.world, *machine.vm, port);
}

Result<Unit> Simulation::replace_disk(std::string_view vps, const DiskPtr& seen, Disk next) {
  {
    const MutexLock lock(mutex_);
    const Machine machine = find_machine(stage_.world, vps);
    if (machine.vm == nullptr) return no_machine(vps);
    if (machine.vm->disk != seen)
      return Error{.code = Code::Conflict,
                   .message = "the disk has changed meanwhile",
                   .hint = "Read it again."};
    machine.vm->disk = std::make_shared<const Disk>(std::move(next));
    changed();
  }
  save();
  return Unit{};
}

Result<Unit> Simulation::with_running(std::string_view vps,
                                      void (*change)(World&, const Machine&, Millis)) {
  {
    const MutexLock lock(mutex_);
    const Machine machine = find_machine(stage_.world, vps);
    if (machine.vm == nullptr) return no_machine(vps);
    if (machine.vm->state != "running")
      return Error{.code = Code::WrongState, .message = "the machine is " + machine.vm->state};
    change(stage_.world, machine, now_locked());
    changed();
  }
  save();
  return Unit{};
}

Result<Unit> Simulation::reboot(std::string_view vps) {
  return with_running(vps, [](World& world, const Machine& machine, Millis now) {
    boot(world, *machine.vm, *machine.account, now);
  });
}

Result<Unit> Simulation::power_off(std::string_view vps) {
  return with_running(
      vps, [](World&, const Machine& machine, Millis) { machine.vm->state = "stopped"; });
}

void Simulation::announce(std::string_view vps, const HostEndpoint& endpoint) {
  const MutexLock lock(mutex_);
  stage_.endpoints.insert_or_assign(std::string(vps), endpoint);
}

Millis Simulation::now() const {
  const MutexLock lock(mutex_);
  return now_locked();
}

double Simulation::time_scale() const {
  const MutexLock lock(mutex_);
  return stage_.world.time_scale;
}

std::uint64_t Simulation::revision() const {
  const MutexLock lock(mutex_);
  return revision_;
}

std::uint64_t Simulation::wait_for_change(std::uint64_t seen, TimePoint until,
                                          const std::stop_token& stop) const {
  const MutexLock lock(mutex_);
  condition_.wait_until(mutex_, stop, until,
                        [this, seen]() NO_THREAD_SAFETY_ANALYSIS { return revision_ != seen; });
  return revision_;
}

}  // namespace tier0::sandbox
