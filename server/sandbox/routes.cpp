#include "server/sandbox/routes.h"

#include <algorithm>
#include <array>

#include "server/sandbox/handlers.h"

namespace tier0::sandbox {
namespace {

constexpr std::array kRoutes = {
    Route{"GET", "/api/vps/v1/virtual-machines", "VPS_getVirtualMachinesV1", list_vms},
    Route{"POST", "/api/vps/v1/virtual-machines", "VPS_purchaseNewVirtualMachineV1", purchase_vm},
    Route{"GET", "/api/vps/v1/virtual-machines/{vm}", "VPS_getVirtualMachineDetailsV1", get_vm},
    Route{"POST", "/api/vps/v1/virtual-machines/{vm}/setup", "VPS_setupPurchasedVirtualMachineV1",
          setup_vm},
    Route{"POST", "/api/vps/v1/virtual-machines/{vm}/recreate", "VPS_recreateVirtualMachineV1",
          recreate_vm},
    Route{"GET", "/api/vps/v1/virtual-machines/{vm}/metrics", "VPS_getMetricsV1", get_metrics},
    Route{"GET", "/api/vps/v1/virtual-machines/{vm}/actions", "VPS_getActionsV1", list_actions},
    Route{"GET", "/api/vps/v1/virtual-machines/{vm}/actions/{action}", "VPS_getActionDetailsV1",
          get_action},
    Route{"POST", "/api/vps/v1/virtual-machines/{vm}/start", "VPS_startVirtualMachineV1", start_vm},
    Route{"POST", "/api/vps/v1/virtual-machines/{vm}/stop", "VPS_stopVirtualMachineV1", stop_vm},
    Route{"POST", "/api/vps/v1/virtual-machines/{vm}/restart", "VPS_restartVirtualMachineV1",
          restart_vm},
    Route{"POST", "/api/vps/v1/virtual-machines/{vm}/recovery", "VPS_startRecoveryModeV1",
          start_recovery},
    Route{"DELETE", "/api/vps/v1/virtual-machines/{vm}/recovery", "VPS_stopRecoveryModeV1",
          stop_recovery},
    Route{"PUT", "/api/vps/v1/virtual-machines/{vm}/hostname", "VPS_setHostnameV1", set_hostname},
    Route{"DELETE", "/api/vps/v1/virtual-machines/{vm}/hostname", "VPS_resetHostnameV1",
          reset_hostname},
    Route{"POST", "/api/vps/v1/virtual-machines/{vm}/ptr/{ip}", "VPS_createPTRRecordV1", set_ptr},
    Route{"DELETE", "/api/vps/v1/virtual-machines/{vm}/ptr/{ip}", "VPS_deletePTRRecordV1",
          delete_ptr},
    Route{"PUT", "/api/vps/v1/virtual-machines/{vm}/nameservers", "VPS_setNameserversV1",
          set_nameservers},
    Route{"PUT", "/api/vps/v1/virtual-machines/{vm}/root-password", "VPS_setRootPasswordV1",
          set_root_password},
    Route{"PUT", "/api/vps/v1/virtual-machines/{vm}/panel-password", "VPS_setPanelPasswordV1",
          set_panel_password},
    Route{"GET", "/api/vps/v1/virtual-machines/{vm}/backups", "VPS_getBackupsV1", list_backups},
    Route{"POST", "/api/vps/v1/virtual-machines/{vm}/backups/{backup}/restore",
          "VPS_restoreBackupV1", restore_backup},
    Route{"GET", "/api/vps/v1/virtual-machines/{vm}/snapshot", "VPS_getSnapshotV1", get_snapshot},
    Route{"POST", "/api/vps/v1/virtual-machines/{vm}/snapshot", "VPS_createSnapshotV1",
          create_snapshot},
    Route{"DELETE", "/api/vps/v1/virtual-machines/{vm}/snapshot", "VPS_deleteSnapshotV1",
          delete_snapshot},
    Route{"POST", "/api/vps/v1/virtual-machines/{vm}/snapshot/restore", "VPS_restoreSnapshotV1",
          restore_snapshot},
    Route{"GET", "/api/vps/v1/virtual-machines/{vm}/public-keys", "VPS_getAttachedPublicKeysV1",
          list_attached_keys},
    Route{"GET", "/api/vps/v1/virtual-machines/{vm}/monarx", "VPS_getScanMetricsV1",
          get_scan_metrics},
    Route{"POST", "/api/vps/v1/virtual-machines/{vm}/monarx", "VPS_installMonarxV1",
          start_monarx_install},
    Route{"DELETE", "/api/vps/v1/virtual-machines/{vm}/monarx", "VPS_uninstallMonarxV1",
          start_monarx_uninstall},
    Route{"GET", "/api/vps/v1/virtual-machines/{vm}/docker", "VPS_getProjectListV1", list_projects},
    Route{"POST", "/api/vps/v1/virtual-machines/{vm}/docker", "VPS_createNewProjectV1",
          create_project},
    Route{"GET", "/api/vps/v1/virtual-machines/{vm}/docker/{project:text}",
          "VPS_getProjectContentsV1", get_project},
    Route{"GET", "/api/vps/v1/virtual-machines/{vm}/docker/{project:text}/containers",
          "VPS_getProjectContainersV1", list_containers},
    Route{"GET", "/api/vps/v1/virtual-machines/{vm}/docker/{project:text}/logs",
          "VPS_getProjectLogsV1", get_project_logs},
    Route{"POST", "/api/vps/v1/virtual-machines/{vm}/docker/{project:text}/start",
          "VPS_startProjectV1", start_project},
    Route{"POST", "/api/vps/v1/virtual-machines/{vm}/docker/{project:text}/stop",
          "VPS_stopProjectV1", stop_project},
    Route{"POST", "/api/vps/v1/virtual-machines/{vm}/docker/{project:text}/restart",
          "VPS_restartProjectV1", restart_project},
    Route{"POST", "/api/vps/v1/virtual-machines/{vm}/docker/{project:text}/update",
          "VPS_updateProjectV1", update_project},
    Route{"DELETE", "/api/vps/v1/virtual-machines/{vm}/docker/{project:text}/down",
          "VPS_deleteProjectV1", delete_project},
    Route{"GET", "/api/vps/v1/data-centers", "VPS_getDataCenterListV1", list_data_centers},
    Route{"GET", "/api/vps/v1/templates", "VPS_getTemplatesV1", list_templates},
    Route{"GET", "/api/vps/v1/templates/{template}", "VPS_getTemplateDetailsV1", get_template},
    Route{"GET", "/api/vps/v1/post-install-scripts", "VPS_getPostInstallScriptsV1", list_scripts},
    Route{"POST", "/api/vps/v1/post-install-scripts", "VPS_createPostInstallScriptV1",
          create_script},
    Route{"GET", "/api/vps/v1/post-install-scripts/{script}", "VPS_getPostInstallScriptV1",
          get_script},
    Route{"PUT", "/api/vps/v1/post-install-scripts/{script}", "VPS_updatePostInstallScriptV1",
          update_script},
    Route{"DELETE", "/api/vps/v1/post-install-scripts/{script}", "VPS_deletePostInstallScriptV1",
          delete_script},
    Route{"GET", "/api/vps/v1/public-keys", "VPS_getPublicKeysV1", list_keys},
    Route{"POST", "/api/vps/v1/public-keys", "VPS_createPublicKeyV1", create_key},
    Route{"DELETE", "/api/vps/v1/public-keys/{key}", "VPS_deletePublicKeyV1", delete_key},
    Route{"POST", "/api/vps/v1/public-keys/attach/{vm}", "VPS_attachPublicKeyV1", attach_keys},
    Route{"GET", "/api/vps/v1/firewall", "VPS_getFirewallListV1", list_firewalls},
    Route{"POST", "/api/vps/v1/firewall", "VPS_createNewFirewallV1", create_firewall},
    Route{"GET", "/api/vps/v1/firewall/{firewall}", "VPS_getFirewallDetailsV1", get_firewall},
    Route{"DELETE", "/api/vps/v1/firewall/{firewall}", "VPS_deleteFirewallV1", delete_firewall},
    Route{"POST", "/api/vps/v1/firewall/{firewall}/activate/{vm}", "VPS_activateFirewallV1",
          activate_firewall},
    Route{"POST", "/api/vps/v1/firewall/{firewall}/deactivate/{vm}", "VPS_deactivateFirewallV1",
          deactivate_firewall},
    Route{"POST", "/api/vps/v1/firewall/{firewall}/sync/{vm}", "VPS_syncFirewallV1", sync_firewall},
    Route{"POST", "/api/vps/v1/firewall/{firewall}/sync", "VPS_syncFirewallToAllAssignedVMsV1",
          sync_firewall_everywhere},
    Route{"POST", "/api/vps/v1/firewall/{firewall}/rules", "VPS_createFirewallRuleV1", create_rule},
    Route{"PUT", "/api/vps/v1/firewall/{firewall}/rules", "VPS_replaceAllFirewallRulesInGroupV1",
          replace_rules},
    Route{"PUT", "/api/vps/v1/firewall/{firewall}/rules/{rule}", "VPS_updateFirewallRuleV1",
          update_rule},
    Route{"DELETE", "/api/vps/v1/firewall/{firewall}/rules/{rule}", "VPS_deleteFirewallRuleV1",
          delete_rule},
    Route{"POST", "/api/domains/v1/availability", "domains_checkDomainAvailabilityV1",
          check_availability},
    Route{"POST", "/api/domains/v1/availability/alternatives-from-domain",
          "domains_suggestDomainNamesFromADomainV1", suggest_from_domain},
    Route{"POST", "/api/domains/v1/availability/alternatives-from-description",
          "domains_suggestDomainNamesFromADescriptionV1", suggest_from_description},
    Route{"GET", "/api/domains/v1/portfolio", "domains_getDomainListV1", list_domains},
    Route{"GET", "/api/domains/v1/portfolio/{domain:text}", "domains_getDomainDetailsV1",
          get_domain},
    Route{"GET", "/api/domains/v1/portfolio/{domain:text}/renewal",
          "domains_getDomainRenewalInformationV1", get_domain_renewal},
    Route{"GET", "/api/billing/v1/catalog", "billing_getCatalogItemListV1", list_catalog},
    Route{"GET", "/api/billing/v1/payment-methods", "billing_getPaymentMethodListV1",
          list_payment_methods},
    Route{"GET", "/api/billing/v1/subscriptions", "billing_getSubscriptionListV1",
          list_subscriptions},
    Route{"DELETE", "/api/billing/v1/subscriptions/{subscription:text}/auto-renewal/disable",
          "billing_disableAutoRenewalV1", disable_auto_renewal},
    Route{"PATCH", "/api/billing/v1/subscriptions/{subscription:text}/auto-renewal/enable",
          "billing_enableAutoRenewalV1", enable_auto_renewal},
};

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 18 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Cuts the first segment off, without its slash.
std::string_view next_segment(std::string_view& rest) {
  const std::size_t slash = rest.find('/');
  const std::string_view segment = rest.substr(0, slash);
  rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
  return segment;
}

/// The values of the {…} parts, or nothing where the path does not fit.
std::optional<std::vector<std::string>> values_of(std::string_view pattern, std::string_view path) {
  if (std::ranges::count(pattern, '/') != std::ranges::count(path, '/')) return std::nullopt;
  std::vector<std::string> values;
  while (!pattern.empty() || !path.empty()) {
    const std::string_view wanted = next_segment(pattern);
    const std::string_view given = next_segment(path);
    if (!wanted.starts_with('{')) {
      if (wanted != given) return std::nullopt;
      continue;
    }
    if (given.empty() || (!wanted.ends_with(":text}") && !is_number(given))) return std::nullopt;
    values.emplace_back(given);
  }
  return values;
}

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

Match find_route(std::string_view method, std::string_view path) {
  for (const Route& route : kRoutes) {
    if (route.method != method) continue;
    if (auto values = values_of(route.pattern, path)) return {&route, std::move(*values)};
  }
  return {};
}

}  // namespace tier0::sandbox
