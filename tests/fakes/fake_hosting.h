#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/backend/hosting_api.h"
#include "server/base/mutex.h"

namespace tier0 {

/// One call that the fake was asked for: the method's name and its arguments as text. A secret is
/// recorded as (secret).
struct HostingCall {
  std::string method;
  std::vector<std::string> arguments = {};
  bool operator==(const HostingCall&) const = default;
};

struct FakeProject {
  Project project;
  std::string content;
  std::string environment = {};
  std::vector<ServiceLog> logs = {};
};

/// One VM and all that hangs on it.
struct FakeMachine {
  Vps vps;
  std::vector<Action> actions = {};  // oldest first
  std::vector<Backup> backups = {};
  std::optional<Snapshot> snapshot = {};
  std::optional<ScanMetrics> scan = {};  // empty: Monarx is not installed
  Metrics metrics = {};
  std::vector<PublicKey> attached_keys = {};
  std::map<std::string, FakeProject> projects = {};
  bool has_docker = true;
  bool has_attached_keys_call = true;  // false: 404 [VPS:2002], as in the field
  bool attach_does_nothing = false;    // a hollow answer and no effect, as in the field
};

/// All there is at the account; tests write it and read it back.
struct FakeWorld {
  std::map<VpsId, FakeMachine> machines;
  std::map<FirewallId, Firewall> firewalls;
  std::vector<PublicKey> keys;
  std::vector<PostInstallScript> scripts;
  std::vector<DataCenter> data_centers;
  std::vector<OsTemplate> templates;
  std::vector<Availability> known_domains;  // the rest is available
  std::vector<std::string> suggestions;
  std::vector<Domain> domains;
  std::vector<CatalogItem> catalog;
  std::vector<Subscription> subscriptions;
  std::vector<PaymentMethod> payment_methods;
  std::map<std::string, OperationReply> operation_replies;  // by "GET /api/…"
  bool purchase_stays_pending = false;
  bool has_bulk_firewall_calls = true;  // false: 404 for replace and sync-everywhere
};

/// When actions end: at once and well, or when the test says so (the VM is locked until then).
enum class ActionsEnd { AtOnce, WhenTold };

/// A provider in memory that behaves as the sandbox does, keeps a record of what it was asked, and
/// fails when told to. Thread-safe; the world is changed under its lock.
class FakeHosting final : public HostingApi {
 public:
  /// `clock` dates actions and whatever is made; it must outlive the fake.
  explicit FakeHosting(const Clock& clock = system_clock());

  // What there is. An empty id is filled in; the id is returned.
  VpsId add_vps(Vps vps);
  BackupId add_backup(const VpsId& vps, Backup backup);
  void add_snapshot(const VpsId& vps, Snapshot snapshot);
  FirewallId add_firewall(const std::string& name, const std::vector<FirewallMatch>& rules);
  PublicKeyId add_key(const std::string& name, const std::string& key);
  void add_project(const VpsId& vps, FakeProject project);
  /// Anything else: runs `change` on the world.
  void change(const std::function<void(FakeWorld& world)>& change);
  /// A copy of one machine, as it is now.
  FakeMachine machine(const VpsId& vps) const;
  FakeWorld world() const;

  // What goes wrong.
  /// The next call of any method, or of `method`, answers `error` and does nothing.
  void fail_next(Error error);
  void fail_next(const std::string& method, Error error);
  void fail_next(Code code);
  void fail_next(const std::string& method, Code code);
  /// The next call of this write happens, and answers timeout_unknown.
  void lose_answer_of(const std::string& method);
  /// The next call of this write happens, and its answer names no action (id 0 in the field); with
  /// Trace::None no action is recorded either.
  enum class Trace { Action, None };
  void answer_hollow(const std::string& method, Trace trace = Trace::Action);

  // How actions go.
  void set_actions_end(ActionsEnd when);
  /// Ends every running action; only success has its effect.
  void finish_actions(ActionState end = ActionState::Success);

  // What it was asked.
  std::vector<HostingCall> calls() const;
  std::vector<HostingCall> calls(std::string_view method) const;
  /// The calls that were meant to change something.
  std::vector<HostingCall> writes() const;

  // VpsApi
  Result<std::vector<Vps>> list_vps(const Cancel&) override;
  Result<Vps> get_vps(const VpsId&, const Cancel&) override;
  Result<Metrics> get_metrics(const VpsId&, const TimeRange&, const Cancel&) override;
  Result<std::vector<Action>> list_actions(const VpsId&, const Cancel&) override;
  Result<std::vector<Action>> recent_actions(const VpsId&, const Cancel&) override;
  Result<Action> get_action(const VpsId&, const ActionId&, const Cancel&) override;
  Result<Accepted> start_vps(const VpsId&, const Cancel&) override;
  Result<Accepted> stop_vps(const VpsId&, const Cancel&) override;
  Result<Accepted> restart_vps(const VpsId&, const Cancel&) override;
  Result<Accepted> set_hostname(const VpsId&, const std::string&, const Cancel&) override;
  Result<Accepted> reset_hostname(const VpsId&, const Cancel&) override;
  Result<Accepted> set_ptr(const VpsId&, const IpAddressId&, const std::string&,
                           const Cancel&) override;
  Result<Accepted> delete_ptr(const VpsId&, const IpAddressId&, const Cancel&) override;
  Result<Accepted> set_nameservers(const VpsId&, const Nameservers&, const Cancel&) override;
  Result<Accepted> set_root_password(const VpsId&, const Secret&, const Cancel&) override;
  Result<Accepted> set_panel_password(const VpsId&, const Secret&, const Cancel&) override;
  Result<Accepted> start_recovery(const VpsId&, const Secret&, const Cancel&) override;
  Result<Accepted> stop_recovery(const VpsId&, const Cancel&) override;

  // ProvisionApi
  Result<std::vector<DataCenter>> list_data_centers(const Cancel&) override;
  Result<std::vector<OsTemplate>> list_templates(const Cancel&) override;
  Result<OsTemplate> get_template(const TemplateId&, const Cancel&) override;
  Result<PurchasedVps> purchase_vps(const VpsPurchase&, const Cancel&) override;
  Result<Vps> setup_vps(const VpsId&, const VpsSetup&, const Cancel&) override;
  Result<Accepted> recreate_vps(const VpsId&, const Reinstall&, const Cancel&) override;
  Result<std::vector<PostInstallScript>> list_scripts(const Cancel&) override;
  Result<PostInstallScript> get_script(const ScriptId&, const Cancel&) override;
  Result<PostInstallScript> create_script(const NewScript&, const Cancel&) override;
  Result<PostInstallScript> update_script(const ScriptId&, const NewScript&,
                                          const Cancel&) override;
  Result<Unit> delete_script(const ScriptId&, const Cancel&) override;

  // BackupApi
  Result<std::vector<Backup>> list_backups(const VpsId&, const Cancel&) override;
  Result<Accepted> restore_backup(const VpsId&, const BackupId&, const Cancel&) override;
  Result<std::optional<Snapshot>> get_snapshot(const VpsId&, const Cancel&) override;
  Result<Accepted> create_snapshot(const VpsId&, const Cancel&) override;
  Result<Accepted> delete_snapshot(const VpsId&, const Cancel&) override;
  Result<Accepted> restore_snapshot(const VpsId&, const Cancel&) override;

  // FirewallApi
  Result<std::vector<Firewall>> list_firewalls(const Cancel&) override;
  Result<Firewall> get_firewall(const FirewallId&, const Cancel&) override;
  Result<Firewall> create_firewall(const std::string&, const Cancel&) override;
  Result<Unit> delete_firewall(const FirewallId&, const Cancel&) override;
  Result<FirewallRule> add_firewall_rule(const FirewallId&, const FirewallMatch&,
                                         const Cancel&) override;
  Result<FirewallRule> update_firewall_rule(const FirewallId&, const FirewallRuleId&,
                                            const FirewallMatch&, const Cancel&) override;
  Result<Unit> delete_firewall_rule(const FirewallId&, const FirewallRuleId&,
                                    const Cancel&) override;
  Result<Accepted> replace_firewall_rules(const FirewallId&, const std::vector<FirewallMatch>&,
                                          SyncAfter, const Cancel&) override;
  Result<Accepted> activate_firewall(const FirewallId&, const VpsId&, const Cancel&) override;
  Result<Accepted> deactivate_firewall(const FirewallId&, const VpsId&, const Cancel&) override;
  Result<Accepted> sync_firewall(const FirewallId&, const VpsId&, const Cancel&) override;
  Result<Accepted> sync_firewall_everywhere(const FirewallId&, const Cancel&) override;

  // KeyApi and MalwareApi
  Result<std::vector<PublicKey>> list_keys(const Cancel&) override;
  Result<PublicKey> create_key(const NewPublicKey&, const Cancel&) override;
  Result<Unit> delete_key(const PublicKeyId&, const Cancel&) override;
  Result<Accepted> attach_keys(const VpsId&, const std::vector<PublicKeyId>&,
                               const Cancel&) override;
  Result<std::vector<PublicKey>> list_attached_keys(const VpsId&, const Cancel&) override;
  Result<std::optional<ScanMetrics>> get_scan_metrics(const VpsId&, const Cancel&) override;
  Result<Accepted> install_monarx(const VpsId&, const Cancel&) override;
  Result<Accepted> uninstall_monarx(const VpsId&, const Cancel&) override;

  // DockerApi
  Result<std::vector<Project>> list_projects(const VpsId&, const Cancel&) override;
  Result<ProjectContent> get_project(const VpsId&, const ProjectName&, const Cancel&) override;
  Result<std::vector<Container>> list_containers(const VpsId&, const ProjectName&,
                                                 const Cancel&) override;
  Result<std::vector<ServiceLog>> get_project_logs(const VpsId&, const ProjectName&,
                                                   const Cancel&) override;
  Result<Accepted> deploy_project(const VpsId&, const NewProject&, const Cancel&) override;
  Result<Accepted> start_project(const VpsId&, const ProjectName&, const Cancel&) override;
  Result<Accepted> stop_project(const VpsId&, const ProjectName&, const Cancel&) override;
  Result<Accepted> restart_project(const VpsId&, const ProjectName&, const Cancel&) override;
  Result<Accepted> update_project(const VpsId&, const ProjectName&, const Cancel&) override;
  Result<Accepted> delete_project(const VpsId&, const ProjectName&, const Cancel&) override;

  // DomainApi, BillingApi and OperationApi
  Result<std::vector<Availability>> check_availability(const AvailabilityQuery&,
                                                       const Cancel&) override;
  Result<std::vector<std::string>> suggest_from_domain(const std::string&, int,
                                                       const Cancel&) override;
  Result<std::vector<std::string>> suggest_from_description(const std::string&, int,
                                                            const Cancel&) override;
  Result<std::vector<Domain>> list_domains(const Cancel&) override;
  Result<std::vector<CatalogItem>> list_catalog(const CatalogQuery&, const Cancel&) override;
  Result<std::vector<Subscription>> list_subscriptions(const Cancel&) override;
  Result<std::vector<PaymentMethod>> list_payment_methods(const Cancel&) override;
  /// From FakeWorld::operation_replies; not_found for the rest.
  Result<OperationReply> call_operation(const OperationRequest&, const Cancel&) override;

 private:
  using Effect = std::function<void(FakeWorld& world, FakeMachine& machine)>;
  using Check = std::function<Result<Unit>(const FakeWorld& world, const FakeMachine& machine)>;
  struct Held {
    VpsId vps;
    ActionId action;
    Effect effect;
  };
  /// What a write does to one VM, and in which states the provider takes it (empty: any).
  struct Deed {
    std::string action;
    std::vector<VpsState> from;
    Effect effect;
    Check check = {};  // what else the provider looks at before
  };
  enum class Kind { Read, Write };

  static const Clock& system_clock();
  /// Records the call; an error where it was stopped or is to fail.
  Result<Unit> enter(Kind kind, HostingCall call, const Cancel& cancel) REQUIRES(mutex_);
  /// Set where the answer of a write that has happened is to be lost.
  Result<Unit> leave(const std::string& method) REQUIRES(mutex_);
  Result<FakeMachine*> find_machine(const VpsId& vps) REQUIRES(mutex_);
  Result<Firewall*> find_firewall(const FirewallId& firewall) REQUIRES(mutex_);
  Result<FakeProject*> find_project(const VpsId& vps, const ProjectName& project) REQUIRES(mutex_);
  std::vector<FirewallRule> make_rules(const std::vector<FirewallMatch>& matches) REQUIRES(mutex_);
  /// Records an action on the machine and has its effect, now or later.
  Accepted begin_action(FakeMachine& machine, const Deed& deed) REQUIRES(mutex_);
  Result<Accepted> act(HostingCall call, const VpsId& vps, const Deed& deed, const Cancel& cancel)
      EXCLUDES(mutex_);
  std::string next_id() REQUIRES(mutex_);

  const Clock& clock_;
  mutable Mutex mutex_;
  FakeWorld world_ GUARDED_BY(mutex_);
  std::vector<HostingCall> calls_ GUARDED_BY(mutex_);
  std::vector<HostingCall> writes_ GUARDED_BY(mutex_);
  std::map<std::string, std::deque<Error>> failures_ GUARDED_BY(mutex_);  // "" for any method
  std::map<std::string, int> lost_ GUARDED_BY(mutex_);
  std::map<std::string, Trace> hollow_ GUARDED_BY(mutex_);
  std::vector<Held> held_ GUARDED_BY(mutex_);
  ActionsEnd actions_end_ GUARDED_BY(mutex_) = ActionsEnd::AtOnce;
  long long last_id_ GUARDED_BY(mutex_) = 1000;
};

}  // namespace tier0
