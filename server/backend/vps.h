#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/backend/hosting_ids.h"
#include "server/base/clock.h"

namespace tier0 {

/// Unknown: a state that this version does not know; treat it as "wait, or ask a person".
enum class VpsState {
  Initial,
  Creating,
  Running,
  Starting,
  Stopping,
  Stopped,
  Suspending,
  Suspended,
  Unsuspending,
  Restoring,
  Recreating,
  Recovery,
  StoppingRecovery,
  Destroying,
  Destroyed,
  Error,
  Unknown
};
/// The provider's word for it, such as stopping_recovery.
std::string_view to_string(VpsState state);
VpsState vps_state(std::string_view name);
/// Whether the provider is in the middle of changing it.
bool is_changing(VpsState state);

struct IpAddress {
  IpAddressId id = {};
  std::string address = {};
  std::string ptr = {};  // empty: none
};

struct OsTemplate {
  TemplateId id = {};
  std::string name = {};
  std::string description = {};
  std::string documentation = {};  // URL, empty: none
};

/// A virtual machine as the provider describes it: no usage, no tags, no notes. Texts are a
/// stranger's: bounded and cleaned of control characters, still untrusted.
struct Vps {
  VpsId id = {};
  std::string hostname = {};
  VpsState state = VpsState::Unknown;
  bool is_locked = false;  // an action runs; a second one is refused
  std::string plan = {};
  std::optional<SubscriptionId> subscription = {};
  std::optional<FirewallId> firewall = {};  // empty: no firewall, everything is open
  std::optional<DataCenterId> data_center = {};
  long long cpus = 0;
  long long memory_mb = 0;
  long long disk_mb = 0;
  long long bandwidth_mb = 0;  // a month
  std::string ns1 = {};
  std::string ns2 = {};
  std::vector<IpAddress> ipv4 = {};  // empty right after a purchase
  std::vector<IpAddress> ipv6 = {};
  std::optional<OsTemplate> os = {};
  std::optional<WallTime> created_at = {};
};

struct Sample {
  std::chrono::sys_seconds at = {};
  double value = 0;
};

/// Samples in order of time.
struct Series {
  std::string unit = {};
  std::vector<Sample> samples = {};
};

/// Each series is empty where the provider has none.
struct Metrics {
  std::optional<Series> cpu = {};       // %
  std::optional<Series> ram = {};       // bytes
  std::optional<Series> disk = {};      // bytes
  std::optional<Series> incoming = {};  // bytes
  std::optional<Series> outgoing = {};  // bytes
  std::optional<Series> uptime = {};    // milliseconds
};

struct TimeRange {
  WallTime from = {};
  WallTime to = {};
};

}  // namespace tier0
