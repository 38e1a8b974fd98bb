#include "server/sandbox/host_facts.h"

#include <algorithm>

namespace tier0::sandbox {
namespace {

void read(const Json& facts, std::string_view name, int& value) {
  if (const Json* found = find_member(facts, name); found != nullptr && found->is_number_integer())
    value = found->get<int>();
}

void read(const Json& facts, std::string_view name, std::string& value) {
  value = string_member(facts, name, value);
}

constexpr int kFirstPid = 628;
constexpr std::size_t kMostEvents = 20;

/// Calls `take(key, object)` for each object in the named object.
template <class Take>
void each_object(const Json& facts, std::string_view name, const Take& take) {
  const Json* found = find_member(facts, name);
  if (found == nullptr || !found->is_object()) return;
  for (const auto& [key, value] : found->items())
    if (value.is_object()) take(key, value);
}

HostService service(std::string description) {
  return {.description = std::move(description)};
}

HostFacts normal_facts(const HostState& state) {
  HostFacts facts{.cpus = state.cpus,
                  .memory_mb = state.memory_mb,
                  .memory_used_mb = state.memory_mb * 3 / 8,
                  .disk_mb = state.disk_mb};
  facts.sshd = {{"port", "22"},
                {"permitrootlogin", "without-password"},
                {"passwordauthentication", "no"},
                {"kbdinteractiveauthentication", "no"},
                {"permitemptypasswords", "no"},
                {"pubkeyauthentication", "yes"},
                {"authorizedkeysfile", ".ssh/authorized_keys"},
                {"x11forwarding", "no"}};
  facts.services = {
      {"cron.service", service("Regular background program processing daemon")},
      {"ssh.service", service("OpenBSD Secure Shell server")},
      {"systemd-journald.service", service("Journal Service")},
      {"systemd-networkd.service", service("Network Configuration")},
      {"systemd-resolved.service", service("Network Name Resolution")},
      {"unattended-upgrades.service", service("Unattended Upgrades Shutdown")},
  };
  facts.listeners = {{.port = 22, .process = "sshd", .unit = "ssh.service"},
                     {.address = "[::]", .port = 22, .process = "sshd", .unit = "ssh.service"},
                     {.protocol = "udp",
                      .address = "127.0.0.53%lo",
                      .port = 53,
                      .process = "systemd-resolve",
                      .unit = "systemd-resolved.service"}};
  if (state.disk->docker_supported || !state.disk->projects.empty()) {
    facts.services["docker.service"] = service("Docker Application Container Engine");
    facts.services["containerd.service"] = service("containerd container runtime");
  }
  return facts;
}

void read_events(const Json& from, std::vector<ServiceEvent>& events) {
  const Json* found = find_member(from, "events");
  if (found == nullptr || !found->is_array()) return;
  for (const Json& each : *found) {
    const Json* at = find_member(each, "at");
    if (at != nullptr && at->is_number_integer())
      events.push_back({.at = at->get<Millis>(), .text = string_member(each, "text")});
  }
}

void read_service(const Json& from, HostService& into) {
  read(from, "description", into.description);
  read(from, "state", into.state);
  if (const Json* enabled = find_member(from, "enabled");
      enabled != nullptr && enabled->is_boolean())
    into.enabled = enabled->get<bool>();
  if (const Json* since = find_member(from, "since");
      since != nullptr && since->is_number_integer())
    into.since = since->get<Millis>();
  if (const Json* log = find_member(from, "log"); log != nullptr && log->is_array())
    for (const Json& line : *log)
      if (line.is_string()) into.log.push_back(line.get<std::string>());
  read_events(from, into.events);
}

void read_listeners(const Json& facts, std::vector<HostListener>& listeners) {
  const Json* found = find_member(facts, "listening");
  if (found == nullptr || !found->is_array()) return;
  for (const Json& each : *found) {
    HostListener listener;
    read(each, "protocol", listener.protocol);
    read(each, "address", listener.address);
    read(each, "port", listener.port);
    read(each, "process", listener.process);
    read(each, "unit", listener.unit);
    if (listener.port > 0) listeners.push_back(std::move(listener));
  }
}

void read_load(const Json& facts, std::vector<double>& load) {
  const Json* found = find_member(facts, "load");
  if (found == nullptr || !found->is_array() || found->size() != load.size()) return;
  for (std::size_t i = 0; i < load.size(); ++i)
    if ((*found)[i].is_number()) load[i] = (*found)[i].get<double>();
}

/// A boot starts what is enabled, whatever was done by hand before it.
void apply_boot(HostFacts& facts, Millis booted) {
  int pid = kFirstPid;
  for (auto& [unit, service] : facts.services) {
    std::erase_if(service.events,
                  [booted](const ServiceEvent& event) { return event.at < booted; });
    if (service.since != 0 && service.since < booted) {
      service.state = service.enabled ? "active" : "inactive";
      service.since = 0;
    }
    service.pid = pid + static_cast<int>(service.since / 1000 % 30'000 +
                                         static_cast<Millis>(service.events.size()));
    pid += 17;
  }
}

/// Who listens is told by its process where no unit is named.
void drop_silent(HostFacts& facts) {
  for (HostListener& each : facts.listeners)
    if (each.unit.empty() && facts.services.contains(each.process + ".service"))
      each.unit = each.process + ".service";
  std::erase_if(facts.listeners, [&facts](const HostListener& listener) {
    const auto service = facts.services.find(listener.unit);
    return service != facts.services.end() && !service->second.is_active();
  });
}

Json& service_facts(Disk& disk, const std::string& unit) {
  if (!disk.facts.is_object()) disk.facts = Json::object();
  Json& services = disk.facts["services"];
  if (!services.is_object()) services = Json::object();
  Json& service = services[unit];
  if (!service.is_object()) service = Json::object();
  return service;
}

}  // namespace

HostFacts host_facts(const HostState& state) {
  HostFacts facts = normal_facts(state);
  const Json& given = state.disk->facts;
  read(given, "memory_used_mb", facts.memory_used_mb);
  read(given, "disk_used_percent", facts.disk_used_percent);
  read(given, "kernel", facts.kernel);
  read_load(given, facts.load);
  read_listeners(given, facts.listeners);
  each_object(given, "services", [&facts](const std::string& unit, const Json& from) {
    read_service(from, facts.services[unit]);
  });
  each_object(given, "certificates", [&facts](const std::string& path, const Json& from) {
    HostCertificate& certificate = facts.certificates[path];
    read(from, "subject", certificate.subject);
    if (const Json* days = find_member(from, "days_left"); days != nullptr && days->is_number())
      certificate.days_left = days->get<double>();
  });
  if (const Json* sshd = find_member(given, "sshd"); sshd != nullptr && sshd->is_object())
    for (const auto& [name, value] : sshd->items())
      if (value.is_string()) facts.sshd[name] = value.get<std::string>();
  apply_boot(facts, state.booted);
  drop_silent(facts);
  return facts;
}

void set_service_state(Disk& disk, const std::string& unit, std::string_view state, Millis now) {
  Json& service = service_facts(disk, unit);
  service["state"] = state;
  service["since"] = now;
}

void add_service_event(Disk& disk, const std::string& unit, const std::string& text, Millis now) {
  Json& events = service_facts(disk, unit)["events"];
  if (!events.is_array()) events = Json::array();
  events.push_back({{"at", now}, {"text", text}});
  while (events.size() > kMostEvents) events.erase(events.begin());
}

}  // namespace tier0::sandbox
