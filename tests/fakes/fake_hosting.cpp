#include "tests/fakes/fake_hosting.h"

#include <algorithm>

namespace tier0 {
namespace {

Error missing(const std::string& what) {
  return {.code = Code::NotFound, .message = what + " does not exist"};
}

}  // namespace

FakeHosting::FakeHosting(const Clock& clock) : clock_(clock) {}

const Clock& FakeHosting::system_clock() {
  static const SystemClock clock;
  return clock;
}

VpsId FakeHosting::add_vps(Vps vps) {
  const MutexLock lock(mutex_);
  if (vps.id.value.empty()) vps.id.value = next_id();
  if (vps.state == VpsState::Unknown) vps.state = VpsState::Running;
  const VpsId id = vps.id;
  world_.machines[id].vps = std::move(vps);
  return id;
}

BackupId FakeHosting::add_backup(const VpsId& vps, Backup backup) {
  const MutexLock lock(mutex_);
  if (backup.id.value.empty()) backup.id.value = next_id();
  BackupId id = backup.id;
  world_.machines.at(vps).backups.push_back(std::move(backup));
  return id;
}

void FakeHosting::add_snapshot(const VpsId& vps, Snapshot snapshot) {
  const MutexLock lock(mutex_);
  if (snapshot.id.empty()) snapshot.id = next_id();
  world_.machines.at(vps).snapshot = std::move(snapshot);
}

FirewallId FakeHosting::add_firewall(const std::string& name,
                                     const std::vector<FirewallMatch>& rules) {
  const MutexLock lock(mutex_);
  const FirewallId id{next_id()};
  world_.firewalls[id] = {.id = id, .name = name, .is_synced = true, .rules = make_rules(rules)};
  return id;
}

PublicKeyId FakeHosting::add_key(const std::string& name, const std::string& key) {
  const MutexLock lock(mutex_);
  PublicKeyId id{next_id()};
  world_.keys.push_back({.id = id, .name = name, .key = key});
  return id;
}

void FakeHosting::add_project(const VpsId& vps, FakeProject project) {
  const MutexLock lock(mutex_);
  const std::string name = project.project.name;
  world_.machines.at(vps).projects[name] = std::move(project);
}

void FakeHosting::change(const std::function<void(FakeWorld& world)>& change) {
  const MutexLock lock(mutex_);
  change(world_);
}

FakeMachine FakeHosting::machine(const VpsId& vps) const {
  const MutexLock lock(mutex_);
  return world_.machines.at(vps);
}

FakeWorld FakeHosting::world() const {
  const MutexLock lock(mutex_);
  return world_;
}

void FakeHosting::fail_next(Error error) {
  fail_next("", std::move(error));
}

void FakeHosting::fail_next(const std::string& method, Error error) {
  const MutexLock lock(mutex_);
  failures_[method].push_back(std::move(error));
}

void FakeHosting::fail_next(Code code) {
  fail_next("", code);
}

void FakeHosting::fail_next(const std::string& method, Code code) {
  fail_next(method, Error{.code = code,
                          .message = "the fake was told to fail",
                          .hint = "This is a test.",
                          .maybe_done = code == Code::TimeoutUnknown});
}

void FakeHosting::lose_answer_of(const std::string& method) {
  const MutexLock lock(mutex_);
  ++lost_[method];
}

void FakeHosting::answer_hollow(const std::string& method, Trace trace) {
  const MutexLock lock(mutex_);
  hollow_[method] = trace;
}

void FakeHosting::set_actions_end(ActionsEnd when) {
  const MutexLock lock(mutex_);
  actions_end_ = when;
}

void FakeHosting::finish_actions(ActionState end) {
  const MutexLock lock(mutex_);
  for (const Held& held : std::exchange(held_, {})) {
    FakeMachine& machine = world_.machines.at(held.vps);
    machine.vps.is_locked = false;
    for (Action& action : machine.actions) {
      if (action.id != held.action) continue;
      action.state = end;
      action.updated_at = clock_.wall();
    }
    if (end == ActionState::Success) held.effect(world_, machine);
  }
}

std::vector<HostingCall> FakeHosting::calls() const {
  const MutexLock lock(mutex_);
  return calls_;
}

std::vector<HostingCall> FakeHosting::calls(std::string_view method) const {
  const MutexLock lock(mutex_);
  std::vector<HostingCall> found;
  std::ranges::copy_if(calls_, std::back_inserter(found),
                       [&](const HostingCall& call) { return call.method == method; });
  return found;
}

std::vector<HostingCall> FakeHosting::writes() const {
  const MutexLock lock(mutex_);
  return writes_;
}

Result<Unit> FakeHosting::enter(Kind kind, HostingCall call, const Cancel& cancel) {
  const std::string method = call.method;
  if (kind == Kind::Write) writes_.push_back(call);
  calls_.push_back(std::move(call));
  T0_CHECK(cancel.check(clock_));
  for (const std::string& name : {method, std::string()}) {
    auto& waiting = failures_[name];
    if (waiting.empty()) continue;
    Error error = std::move(waiting.front());
    waiting.pop_front();
    return error;
  }
  return Unit{};
}

Result<Unit> FakeHosting::leave(const std::string& method) {
  const auto lost = lost_.find(method);
  if (lost == lost_.end() || lost->second == 0) return Unit{};
  --lost->second;
  return Error{.code = Code::TimeoutUnknown,
               .message = "no answer came",
               .hint = "Look at the world before repeating the call.",
               .maybe_done = true};
}

Result<FakeMachine*> FakeHosting::find_machine(const VpsId& vps) {
  const auto found = world_.machines.find(vps);
  if (found == world_.machines.end()) return missing("VPS " + vps.value);
  return &found->second;
}

Result<Firewall*> FakeHosting::find_firewall(const FirewallId& firewall) {
  const auto found = world_.firewalls.find(firewall);
  if (found == world_.firewalls.end()) return missing("firewall " + firewall.value);
  return &found->second;
}

Accepted FakeHosting::begin_action(FakeMachine& machine, const Deed& deed) {
  const bool at_once = actions_end_ == ActionsEnd::AtOnce;
  Action action{.id = ActionId{next_id()},
                .name = deed.action,
                .state = at_once ? ActionState::Success : ActionState::Sent,
                .created_at = clock_.wall(),
                .updated_at = clock_.wall()};
  machine.actions.push_back(action);
  if (at_once) {
    deed.effect(world_, machine);
  } else {
    machine.vps.is_locked = true;
    held_.push_back({.vps = machine.vps.id, .action = action.id, .effect = deed.effect});
  }
  return {.action = std::move(action)};
}

Result<Accepted> FakeHosting::act(HostingCall call, const VpsId& vps, const Deed& deed,
                                  const Cancel& cancel) {
  const MutexLock lock(mutex_);
  const std::string method = call.method;
  T0_CHECK(enter(Kind::Write, std::move(call), cancel));
  T0_TRY(FakeMachine* const machine, find_machine(vps));
  if (deed.check) T0_CHECK(deed.check(world_, *machine));
  if (machine->vps.is_locked)
    return Error{.code = Code::Validation,
                 .message = "[VPS:2004] Another action is running on this virtual machine."};
  if (!deed.from.empty() && std::ranges::find(deed.from, machine->vps.state) == deed.from.end())
    return Error{.code = Code::Validation,
                 .message = "[VPS:2004] The virtual machine is in a state that does not allow it."};
  Accepted accepted = begin_action(*machine, deed);
  T0_CHECK(leave(method));
  const auto hollow = hollow_.find(method);
  if (hollow == hollow_.end()) return accepted;
  if (hollow->second == Trace::None) machine->actions.pop_back();
  hollow_.erase(hollow);
  return Accepted{};
}

std::string FakeHosting::next_id() {
  return std::to_string(++last_id_);
}

}  // namespace tier0
