#pragma once

#include <string>
#include <utility>
#include <vector>

#include "server/backend/hosting_api.h"
#include "server/hosting/gateway.h"

namespace tier0::hosting {

/// HostingApi as requests to Hostinger: one method is one vendor operation, or one list of pages.
class Hostinger final : public HostingApi {
 public:
  Hostinger(HostingerOptions options, const Clock& clock) : gateway_(std::move(options), clock) {}

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
  Result<OperationReply> call_operation(const OperationRequest&, const Cancel&) override;

 private:
  /// A write that starts an action on a VM.
  Result<Accepted> act(const VpsId& vps, Request request, const Cancel& cancel);
  Result<Accepted> accept(Request request, const Cancel& cancel);

  Gateway gateway_;
};

}  // namespace tier0::hosting
