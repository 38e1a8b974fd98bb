#include "tests/sandbox/contract_walk.h"

#include <catch2/catch.hpp>

namespace tier0::sandbox {
namespace {

constexpr const char* kKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBbbbbbbb new@key";
constexpr const char* kCompose = "services:\n  web:\n    image: example/web:1\n";

Json setup() {
  return {{"template_id", 1121}, {"data_center_id", 9}, {"hostname", "new.example.net"}};
}

}  // namespace

Json rule() {
  return {{"protocol", "TCP"}, {"port", "22"}, {"source", "any"}, {"source_detail", "any"}};
}

const std::map<std::string, Json>& bodies() {
  static const std::map<std::string, Json> kBodies = {
      {"VPS_purchaseNewVirtualMachineV1",
       {{"item_id", "hostingercom-vps-kvm2-usd-1m"}, {"setup", setup()}}},
      {"VPS_setupPurchasedVirtualMachineV1", setup()},
      {"VPS_recreateVirtualMachineV1", {{"template_id", 1121}}},
      {"VPS_startRecoveryModeV1", {{"root_password", "Rescue-Me-Now-1"}}},
      {"VPS_setHostnameV1", {{"hostname", "other.example.net"}}},
      {"VPS_createPTRRecordV1", {{"domain", "mail.example.net"}}},
      {"VPS_setNameserversV1", {{"ns1", "9.9.9.9"}, {"ns2", "1.1.1.1"}}},
      {"VPS_setRootPasswordV1", {{"password", "Good-Enough-1"}}},
      {"VPS_setPanelPasswordV1", {{"password", "Good-Enough-1"}}},
      {"VPS_createPublicKeyV1", {{"name", "deploy"}, {"key", kKey}}},
      {"VPS_attachPublicKeyV1", {{"ids", Json::array()}}},
      {"VPS_createNewFirewallV1", {{"name", "production"}}},
      {"VPS_createFirewallRuleV1", rule()},
      {"VPS_updateFirewallRuleV1", rule()},
      {"VPS_createPostInstallScriptV1", {{"name", "keys"}, {"content", "#!/bin/sh\n"}}},
      {"VPS_updatePostInstallScriptV1", {{"name", "keys"}, {"content", "#!/bin/sh\nid\n"}}},
      {"VPS_createNewProjectV1", {{"project_name", "shop"}, {"content", kCompose}}},
      {"domains_checkDomainAvailabilityV1", {{"domain", "acme"}, {"tlds", {"com", "net"}}}},
      {"domains_suggestDomainNamesFromADomainV1", {{"domain", "acme.com"}, {"limit", 3}}},
      {"domains_suggestDomainNamesFromADescriptionV1", {{"description", "a bakery"}, {"limit", 3}}},
  };
  return kBodies;
}

const std::vector<std::string>& walk() {
  static const std::vector<std::string> kWalk = {
      "VPS_getVirtualMachinesV1",
      "VPS_getVirtualMachineDetailsV1",
      "VPS_getMetricsV1",
      "VPS_getDataCenterListV1",
      "VPS_getTemplatesV1",
      "VPS_getTemplateDetailsV1",
      "=postInstallScriptId VPS_createPostInstallScriptV1",
      "VPS_getPostInstallScriptsV1",
      "VPS_getPostInstallScriptV1",
      "VPS_updatePostInstallScriptV1",
      "VPS_deletePostInstallScriptV1",
      "=publicKeyId VPS_createPublicKeyV1",
      "VPS_getPublicKeysV1",
      "VPS_attachPublicKeyV1",
      "VPS_getAttachedPublicKeysV1",
      "VPS_deletePublicKeyV1",
      "=firewallId VPS_createNewFirewallV1",
      "=ruleId VPS_createFirewallRuleV1",
      "VPS_updateFirewallRuleV1",
      "VPS_getFirewallListV1",
      "VPS_getFirewallDetailsV1",
      "VPS_activateFirewallV1",
      "VPS_syncFirewallV1",
      "VPS_deactivateFirewallV1",
      "VPS_deleteFirewallRuleV1",
      "VPS_deleteFirewallV1",
      "VPS_getBackupsV1",
      "VPS_getSnapshotV1",
      "VPS_createSnapshotV1",
      "VPS_getSnapshotV1",
      "VPS_restoreSnapshotV1",
      "VPS_deleteSnapshotV1",
      "=actionId VPS_restoreBackupV1",
      "VPS_getActionsV1",
      "VPS_getActionDetailsV1",
      "VPS_installMonarxV1",
      "VPS_getScanMetricsV1",
      "VPS_uninstallMonarxV1",
      "VPS_createNewProjectV1",
      "VPS_getProjectListV1",
      "VPS_getProjectContentsV1",
      "VPS_getProjectContainersV1",
      "VPS_getProjectLogsV1",
      "VPS_stopProjectV1",
      "VPS_getProjectListV1",
      "VPS_startProjectV1",
      "VPS_restartProjectV1",
      "VPS_updateProjectV1",
      "VPS_deleteProjectV1",
      "VPS_setHostnameV1",
      "VPS_resetHostnameV1",
      "VPS_createPTRRecordV1",
      "VPS_deletePTRRecordV1",
      "VPS_getVirtualMachineDetailsV1",
      "VPS_setNameserversV1",
      "VPS_setRootPasswordV1",
      "VPS_setPanelPasswordV1",
      "VPS_startRecoveryModeV1",
      "VPS_getVirtualMachineDetailsV1",
      "VPS_stopRecoveryModeV1",
      "VPS_restartVirtualMachineV1",
      "VPS_stopVirtualMachineV1",
      "VPS_startVirtualMachineV1",
      "VPS_recreateVirtualMachineV1",
      "!VPS_getVirtualMachineDetailsV1",
      "!VPS_setupPurchasedVirtualMachineV1",
      "VPS_purchaseNewVirtualMachineV1",
      "VPS_getVirtualMachinesV1",
      "domains_checkDomainAvailabilityV1",
      "domains_suggestDomainNamesFromADomainV1",
      "domains_suggestDomainNamesFromADescriptionV1",
      "domains_getDomainListV1",
      "domains_getDomainDetailsV1",
      "domains_getDomainRenewalInformationV1",
      "billing_getCatalogItemListV1",
      "billing_getPaymentMethodListV1",
      "billing_getSubscriptionListV1",
      "billing_disableAutoRenewalV1",
      "billing_enableAutoRenewalV1"};
  return kWalk;
}

Walked::Walked() {
  Json world = running.control("GET", "/__sim/fixture").json();
  Json& vms = world["accounts"][0]["vms"];
  vms.push_back({{"id", 77}, {"state", "initial"}});
  for (const char* quirk : {"attached-keys-404", "attach-noop-on-running", "metrics-null-series",
                            "docker-unsupported-2044"})
    world["quirks"][quirk] = false;
  REQUIRE(running.control("POST", "/__sim/fixture", world).status == 200);
  const Json vm = vms[0];
  names = {{"virtualMachineId", vm["id"].dump()},
           {"backupId", vm["backups"][0]["id"].dump()},
           {"ipAddressId", vm["ipv4"][0]["id"].dump()},
           {"subscriptionId", vm["subscription"]},
           {"templateId", "1077"},
           {"projectName", "shop"},
           {"domain", "web-shop.store"}};
}

std::string Walked::fill(std::string path, const std::map<std::string, std::string>& values) const {
  for (const auto& [name, value] : values)
    if (const std::size_t at = path.find("{" + name + "}"); at != std::string::npos)
      path.replace(at, name.size() + 2, value);
  return path;
}

WireReply Walked::call(const Operation& operation,
                       const std::map<std::string, std::string>& values) {
  std::string target = fill(operation.path, values);
  if (operation.id == "VPS_getMetricsV1")
    target += "?date_from=2026-11-20T00:00:00Z&date_to=2100-01-01T00:00:00Z";
  const auto body = bodies().find(operation.id);
  Json sent = body == bodies().end() ? Json() : body->second;
  if (operation.id == "VPS_attachPublicKeyV1") sent["ids"] = {std::stoll(names.at("publicKeyId"))};
  return running.api(operation.method, target, sent);
}

void Walked::settle() {
  running.control("POST", "/__sim/clock", {{"settle", true}});
}

}  // namespace tier0::sandbox
