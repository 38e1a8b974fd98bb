#pragma once

#include <map>
#include <string>
#include <vector>

#include "server/sandbox/host_view.h"

namespace tier0::sandbox {

struct ServiceEvent {
  Millis at = 0;
  std::string text = {};
};

struct HostService {
  std::string description = {};
  std::string state = "active";  // active, inactive, failed
  bool enabled = true;
  Millis since = 0;  // 0: since the boot
  int pid = 0;       // another one after each start
  std::vector<std::string> log = {};
  std::vector<ServiceEvent> events = {};  // what systemctl did since the boot

  bool is_active() const { return state == "active"; }
};

struct HostListener {
  std::string protocol = "tcp";
  std::string address = "0.0.0.0";
  int port = 0;
  std::string process = {};
  std::string unit = {};  // it is there while this service is active; empty: always
};

struct HostCertificate {
  std::string subject = {};
  double days_left = 0;
};

/// What the programs of a simulated host tell about it: its size, and made-up normal values with
/// what Disk::facts says laid over them. A fact of the wrong type counts as absent.
struct HostFacts {
  int cpus = 1;
  int memory_mb = 4096;
  int memory_used_mb = 1540;
  int disk_mb = 51200;
  int disk_used_percent = 34;
  std::vector<double> load = {0.12, 0.08, 0.05};
  std::string kernel = "6.8.0-45-generic";
  std::map<std::string, std::string> sshd = {};  // what sshd -T says
  std::map<std::string, HostService> services = {};
  std::vector<HostListener> listeners = {};
  std::map<std::string, HostCertificate> certificates = {};  // by the path of the file
};

/// What was started or stopped before the boot counts no more: an enabled service runs again.
HostFacts host_facts(const HostState& state);

/// Writes a service's state and the time of its change into Disk::facts.
void set_service_state(Disk& disk, const std::string& unit, std::string_view state, Millis now);
/// Adds a line to a service's journal, and forgets the oldest ones beyond twenty.
void add_service_event(Disk& disk, const std::string& unit, const std::string& text, Millis now);

}  // namespace tier0::sandbox
