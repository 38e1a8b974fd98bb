#include <algorithm>

#include "tests/fakes/fake_hosting.h"

namespace tier0 {
namespace {

using VpsState::Recovery;
using VpsState::Running;
using VpsState::Stopped;

constexpr std::string_view kSecret = "(secret)";

void no_effect(FakeWorld&, FakeMachine&) {}

}  // namespace

Result<std::vector<Vps>> FakeHosting::list_vps(const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"list_vps"}, cancel));
  std::vector<Vps> all;
  for (const auto& [id, machine] : world_.machines) all.push_back(machine.vps);
  return all;
}

Result<Vps> FakeHosting::get_vps(const VpsId& vps, const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"get_vps", {vps.value}}, cancel));
  T0_TRY(const FakeMachine* const machine, find_machine(vps));
  return machine->vps;
}

Result<Metrics> FakeHosting::get_metrics(const VpsId& vps, const TimeRange& range,
                                         const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read,
                 {"get_metrics", {vps.value, format_time(range.from), format_time(range.to)}},
                 cancel));
  T0_TRY(const FakeMachine* const machine, find_machine(vps));
  return machine->metrics;
}

Result<std::vector<Action>> FakeHosting::list_actions(const VpsId& vps, const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"list_actions", {vps.value}}, cancel));
  T0_TRY(const FakeMachine* const machine, find_machine(vps));
  return std::vector<Action>(machine->actions.rbegin(), machine->actions.rend());
}

Result<std::vector<Action>> FakeHosting::recent_actions(const VpsId& vps, const Cancel& cancel) {
  constexpr std::size_t kPage = 25;
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"recent_actions", {vps.value}}, cancel));
  T0_TRY(const FakeMachine* const machine, find_machine(vps));
  std::vector<Action> newest(machine->actions.rbegin(), machine->actions.rend());
  newest.resize(std::min(newest.size(), kPage));
  return newest;
}

Result<Action> FakeHosting::get_action(const VpsId& vps, const ActionId& action,
                                       const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"get_action", {vps.value, action.value}}, cancel));
  T0_TRY(const FakeMachine* const machine, find_machine(vps));
  const auto found = std::ranges::find(machine->actions, action, &Action::id);
  if (found == machine->actions.end())
    return Error{.code = Code::NotFound, .message = "the action does not exist"};
  return *found;
}

Result<Accepted> FakeHosting::start_vps(const VpsId& vps, const Cancel& cancel) {
  return act(
      {"start_vps", {vps.value}}, vps,
      {"ct_start", {Stopped, Running}, [](FakeWorld&, FakeMachine& m) { m.vps.state = Running; }},
      cancel);
}

Result<Accepted> FakeHosting::stop_vps(const VpsId& vps, const Cancel& cancel) {
  return act(
      {"stop_vps", {vps.value}}, vps,
      {"ct_stop", {Stopped, Running}, [](FakeWorld&, FakeMachine& m) { m.vps.state = Stopped; }},
      cancel);
}

Result<Accepted> FakeHosting::restart_vps(const VpsId& vps, const Cancel& cancel) {
  return act(
      {"restart_vps", {vps.value}}, vps,
      {"ct_restart", {Stopped, Running}, [](FakeWorld&, FakeMachine& m) { m.vps.state = Running; }},
      cancel);
}

Result<Accepted> FakeHosting::set_hostname(const VpsId& vps, const std::string& hostname,
                                           const Cancel& cancel) {
  return act({"set_hostname", {vps.value, hostname}}, vps,
             {"ct_set_hostname",
              {Running},
              [hostname](FakeWorld&, FakeMachine& m) { m.vps.hostname = hostname; }},
             cancel);
}

Result<Accepted> FakeHosting::reset_hostname(const VpsId& vps, const Cancel& cancel) {
  const auto reset = [](FakeWorld&, FakeMachine& m) {
    m.vps.hostname = "srv" + m.vps.id.value + ".hstgr.cloud";
    for (IpAddress& ip : m.vps.ipv4) ip.ptr = m.vps.hostname;
  };
  return act({"reset_hostname", {vps.value}}, vps, {"ct_reset_hostname", {Running}, reset}, cancel);
}

Result<Accepted> FakeHosting::set_ptr(const VpsId& vps, const IpAddressId& ip,
                                      const std::string& domain, const Cancel& cancel) {
  const auto set = [ip, domain](FakeWorld&, FakeMachine& m) {
    for (auto* list : {&m.vps.ipv4, &m.vps.ipv6})
      for (IpAddress& one : *list)
        if (one.id == ip) one.ptr = domain;
  };
  return act({"set_ptr", {vps.value, ip.value, domain}}, vps,
             {"ipam_create_reverse", {Running}, set}, cancel);
}

Result<Accepted> FakeHosting::delete_ptr(const VpsId& vps, const IpAddressId& ip,
                                         const Cancel& cancel) {
  const auto remove = [ip](FakeWorld&, FakeMachine& m) {
    for (auto* list : {&m.vps.ipv4, &m.vps.ipv6})
      for (IpAddress& one : *list)
        if (one.id == ip) one.ptr.clear();
  };
  return act({"delete_ptr", {vps.value, ip.value}}, vps, {"ipam_delete_reverse", {Running}, remove},
             cancel);
}

Result<Accepted> FakeHosting::set_nameservers(const VpsId& vps, const Nameservers& nameservers,
                                              const Cancel& cancel) {
  const auto set = [nameservers](FakeWorld&, FakeMachine& m) {
    m.vps.ns1 = nameservers.ns1;
    m.vps.ns2 = nameservers.ns2;
  };
  return act({"set_nameservers", {vps.value, nameservers.ns1, nameservers.ns2, nameservers.ns3}},
             vps, {"ct_set_nameservers", {Running}, set}, cancel);
}

Result<Accepted> FakeHosting::set_root_password(const VpsId& vps, const Secret&,
                                                const Cancel& cancel) {
  return act({"set_root_password", {vps.value, std::string(kSecret)}}, vps,
             {"ct_set_rootpasswd", {Running}, no_effect}, cancel);
}

Result<Accepted> FakeHosting::set_panel_password(const VpsId& vps, const Secret&,
                                                 const Cancel& cancel) {
  return act({"set_panel_password", {vps.value, std::string(kSecret)}}, vps,
             {"ct_set_panel_password", {Running}, no_effect}, cancel);
}

Result<Accepted> FakeHosting::start_recovery(const VpsId& vps, const Secret&,
                                             const Cancel& cancel) {
  return act({"start_recovery", {vps.value, std::string(kSecret)}}, vps,
             {"ct_recovery",
              {Running, Stopped},
              [](FakeWorld&, FakeMachine& m) { m.vps.state = Recovery; }},
             cancel);
}

Result<Accepted> FakeHosting::stop_recovery(const VpsId& vps, const Cancel& cancel) {
  return act(
      {"stop_recovery", {vps.value}}, vps,
      {"ct_stop_recovery", {Recovery}, [](FakeWorld&, FakeMachine& m) { m.vps.state = Running; }},
      cancel);
}

}  // namespace tier0
