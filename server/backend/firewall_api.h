#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/backend/action.h"
#include "server/base/cancel.h"

namespace tier0 {

/// What a rule accepts; everything else inbound is dropped. The provider has no deny rules.
struct FirewallMatch {
  std::string protocol = {};   // TCP UDP ICMP ICMPv6 GRE ESP AH any SSH HTTP HTTPS MySQL PostgreSQL
  std::string port = {};       // 22, 1024:2048 or any
  std::string source = "any";  // any or custom
  std::string source_detail = "any";  // any, or an address, CIDR or range
  bool operator==(const FirewallMatch&) const = default;
};

struct FirewallRule {
  FirewallRuleId id = {};
  std::string action = {};  // accept
  FirewallMatch match = {};
};

/// An account object shared by VMs. `is_synced` is one flag for the whole group: after any change
/// of rules it is false, and the change does nothing until a sync.
struct Firewall {
  FirewallId id = {};
  std::string name = {};
  bool is_synced = false;
  std::vector<FirewallRule> rules = {};
  std::optional<WallTime> created_at = {};
  std::optional<WallTime> updated_at = {};
};

enum class SyncAfter { No, Yes };

/// Inbound firewalls. Errors common to all methods: see HostingApi.
class FirewallApi {
 public:
  virtual ~FirewallApi() = default;

  virtual Result<std::vector<Firewall>> list_firewalls(const Cancel& cancel) = 0;
  virtual Result<Firewall> get_firewall(const FirewallId& firewall, const Cancel& cancel) = 0;
  /// Without rules: activating it as it is locks everyone out.
  virtual Result<Firewall> create_firewall(const std::string& name, const Cancel& cancel) = 0;
  /// Deactivates it on every VM, which leaves them open.
  virtual Result<Unit> delete_firewall(const FirewallId& firewall, const Cancel& cancel) = 0;

  virtual Result<FirewallRule> add_firewall_rule(const FirewallId& firewall,
                                                 const FirewallMatch& match,
                                                 const Cancel& cancel) = 0;
  virtual Result<FirewallRule> update_firewall_rule(const FirewallId& firewall,
                                                    const FirewallRuleId& rule,
                                                    const FirewallMatch& match,
                                                    const Cancel& cancel) = 0;
  virtual Result<Unit> delete_firewall_rule(const FirewallId& firewall, const FirewallRuleId& rule,
                                            const Cancel& cancel) = 0;
  /// All rules at once. Kind not_found where the provider has no such call yet (404, 405): then
  /// add first, delete after, sync each VM. The answer's shape is not documented: read back.
  virtual Result<Accepted> replace_firewall_rules(const FirewallId& firewall,
                                                  const std::vector<FirewallMatch>& rules,
                                                  SyncAfter sync, const Cancel& cancel) = 0;

  /// One firewall is active on a VM at a time. Only for a running VM.
  virtual Result<Accepted> activate_firewall(const FirewallId& firewall, const VpsId& vps,
                                             const Cancel& cancel) = 0;
  virtual Result<Accepted> deactivate_firewall(const FirewallId& firewall, const VpsId& vps,
                                               const Cancel& cancel) = 0;
  virtual Result<Accepted> sync_firewall(const FirewallId& firewall, const VpsId& vps,
                                         const Cancel& cancel) = 0;
  /// To every VM that has it. Kind not_found where the provider has no such call yet.
  virtual Result<Accepted> sync_firewall_everywhere(const FirewallId& firewall,
                                                    const Cancel& cancel) = 0;
};

}  // namespace tier0
