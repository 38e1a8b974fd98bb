// Every request that the client can send, against the provider's own OpenAPI document.
#include "tests/hosting/openapi.h"

#include <catch2/catch.hpp>
#include <functional>

#include "tests/hosting/provider.h"

using namespace tier0;

namespace {

const FirewallId kWall{"65224"};
const ProjectName kProject{"my-project-1"};
const Secret kPassword("oMeNRustosIO-1");
const VpsSetup kFullSetup{.os = {"1130"},
                          .data_center = {"19"},
                          .post_install = ScriptId{"6324"},
                          .root_password = kPassword,
                          .hostname = "my.server.tld",
                          .ns1 = "4.3.2.1",
                          .ns2 = "1.2.3.4",
                          .public_key = NewPublicKey{.name = "my-key", .key = "ssh-ed25519 AAAA"}};
const FirewallMatch kMatch{.protocol = "TCP", .port = "443"};
const NewScript kScript{.name = "My Script", .content = "#!/bin/sh"};

struct Case {
  std::string operation;
  std::function<bool(HostingApi& api)> call;  // whether it succeeded
};

#define T0_CASE(operation, ...)                                            \
  Case {                                                                   \
    operation, [](HostingApi& api) { return api.__VA_ARGS__.has_value(); } \
  }

std::vector<Case> machine_cases() {
  const static VpsId vm = kVps17923;
  return {
      T0_CASE("VPS_getVirtualMachinesV1", list_vps({})),
      T0_CASE("VPS_getVirtualMachineDetailsV1", get_vps(vm, {})),
      T0_CASE("VPS_getMetricsV1", get_metrics(vm, {WallTime{}, WallTime{}}, {})),
      T0_CASE("VPS_getActionsV1", list_actions(vm, {})),
      T0_CASE("VPS_getActionsV1", recent_actions(vm, {})),
      T0_CASE("VPS_getActionDetailsV1", get_action(vm, {"8123712"}, {})),
      T0_CASE("VPS_startVirtualMachineV1", start_vps(vm, {})),
      T0_CASE("VPS_stopVirtualMachineV1", stop_vps(vm, {})),
      T0_CASE("VPS_restartVirtualMachineV1", restart_vps(vm, {})),
      T0_CASE("VPS_setHostnameV1", set_hostname(vm, "my.server.tld", {})),
      T0_CASE("VPS_resetHostnameV1", reset_hostname(vm, {})),
      T0_CASE("VPS_createPTRRecordV1", set_ptr(vm, {"52347"}, "example.tld", {})),
      T0_CASE("VPS_deletePTRRecordV1", delete_ptr(vm, {"52347"}, {})),
      T0_CASE("VPS_setNameserversV1", set_nameservers(vm, {.ns1 = "4.3.2.1"}, {})),
      T0_CASE("VPS_setNameserversV1", set_nameservers(vm, {"4.3.2.1", "1.2.3.4", "5.2.3.4"}, {})),
      T0_CASE("VPS_setRootPasswordV1", set_root_password(vm, kPassword, {})),
      T0_CASE("VPS_setPanelPasswordV1", set_panel_password(vm, kPassword, {})),
      T0_CASE("VPS_startRecoveryModeV1", start_recovery(vm, kPassword, {})),
      T0_CASE("VPS_stopRecoveryModeV1", stop_recovery(vm, {})),
      T0_CASE("VPS_getBackupsV1", list_backups(vm, {})),
      T0_CASE("VPS_restoreBackupV1", restore_backup(vm, {"325"}, {})),
      T0_CASE("VPS_getSnapshotV1", get_snapshot(vm, {})),
      T0_CASE("VPS_createSnapshotV1", create_snapshot(vm, {})),
      T0_CASE("VPS_deleteSnapshotV1", delete_snapshot(vm, {})),
      T0_CASE("VPS_restoreSnapshotV1", restore_snapshot(vm, {})),
      T0_CASE("VPS_getScanMetricsV1", get_scan_metrics(vm, {})),
      T0_CASE("VPS_installMonarxV1", install_monarx(vm, {})),
      T0_CASE("VPS_uninstallMonarxV1", uninstall_monarx(vm, {})),
  };
}

std::vector<Case> provision_cases() {
  const static VpsId vm = kVps17923;
  const static VpsPurchase small{.price = {"kvm2-usd-1m"},
                                 .setup = {.os = {"1130"}, .data_center = {"19"}}};
  const static VpsPurchase full{.price = {"kvm2-usd-1m"},
                                .payment_method = PaymentMethodId{"1327362"},
                                .setup = kFullSetup,
                                .coupons = {"Coupon 3"}};
  const static Reinstall reinstall{.os = {"1130"},
                                   .root_password = kPassword,
                                   .panel_password = kPassword,
                                   .post_install = ScriptId{"6324"}};
  return {
      T0_CASE("VPS_getDataCenterListV1", list_data_centers({})),
      T0_CASE("VPS_getTemplatesV1", list_templates({})),
      T0_CASE("VPS_getTemplateDetailsV1", get_template({"1130"}, {})),
      T0_CASE("VPS_purchaseNewVirtualMachineV1", purchase_vps(small, {})),
      T0_CASE("VPS_purchaseNewVirtualMachineV1", purchase_vps(full, {})),
      T0_CASE("VPS_setupPurchasedVirtualMachineV1", setup_vps(vm, kFullSetup, {})),
      T0_CASE("VPS_recreateVirtualMachineV1", recreate_vps(vm, {.os = {"1130"}}, {})),
      T0_CASE("VPS_recreateVirtualMachineV1", recreate_vps(vm, reinstall, {})),
      T0_CASE("VPS_getPostInstallScriptsV1", list_scripts({})),
      T0_CASE("VPS_getPostInstallScriptV1", get_script({"6324"}, {})),
      T0_CASE("VPS_createPostInstallScriptV1", create_script(kScript, {})),
      T0_CASE("VPS_updatePostInstallScriptV1", update_script({"6324"}, kScript, {})),
      T0_CASE("VPS_deletePostInstallScriptV1", delete_script({"6324"}, {})),
      T0_CASE("VPS_getPublicKeysV1", list_keys({})),
      T0_CASE("VPS_createPublicKeyV1", create_key({"My key", "ssh-ed25519 AAAA"}, {})),
      T0_CASE("VPS_deletePublicKeyV1", delete_key({"325"}, {})),
      T0_CASE("VPS_attachPublicKeyV1", attach_keys(vm, {{"18232"}, {"10230230"}}, {})),
      T0_CASE("VPS_getAttachedPublicKeysV1", list_attached_keys(vm, {})),
  };
}

std::vector<Case> firewall_and_docker_cases() {
  const static VpsId vm = kVps17923;
  const static NewProject bare{.name = kProject, .content = "services: {}"};
  const static NewProject with_environment{
      .name = kProject, .content = "services: {}", .environment = Secret("A=b")};
  return {
      T0_CASE("VPS_getFirewallListV1", list_firewalls({})),
      T0_CASE("VPS_getFirewallDetailsV1", get_firewall(kWall, {})),
      T0_CASE("VPS_createNewFirewallV1", create_firewall("production", {})),
      T0_CASE("VPS_deleteFirewallV1", delete_firewall(kWall, {})),
      T0_CASE("VPS_createFirewallRuleV1", add_firewall_rule(kWall, kMatch, {})),
      T0_CASE("VPS_updateFirewallRuleV1", update_firewall_rule(kWall, {"24541"}, kMatch, {})),
      T0_CASE("VPS_deleteFirewallRuleV1", delete_firewall_rule(kWall, {"24541"}, {})),
      T0_CASE("VPS_activateFirewallV1", activate_firewall(kWall, vm, {})),
      T0_CASE("VPS_deactivateFirewallV1", deactivate_firewall(kWall, vm, {})),
      T0_CASE("VPS_syncFirewallV1", sync_firewall(kWall, vm, {})),
      T0_CASE("VPS_getProjectListV1", list_projects(vm, {})),
      T0_CASE("VPS_getProjectContentsV1", get_project(vm, kProject, {})),
      T0_CASE("VPS_getProjectContainersV1", list_containers(vm, kProject, {})),
      T0_CASE("VPS_getProjectLogsV1", get_project_logs(vm, kProject, {})),
      T0_CASE("VPS_createNewProjectV1", deploy_project(vm, bare, {})),
      T0_CASE("VPS_createNewProjectV1", deploy_project(vm, with_environment, {})),
      T0_CASE("VPS_startProjectV1", start_project(vm, kProject, {})),
      T0_CASE("VPS_stopProjectV1", stop_project(vm, kProject, {})),
      T0_CASE("VPS_restartProjectV1", restart_project(vm, kProject, {})),
      T0_CASE("VPS_updateProjectV1", update_project(vm, kProject, {})),
      T0_CASE("VPS_deleteProjectV1", delete_project(vm, kProject, {})),
  };
}

std::vector<Case> account_cases() {
  const static AvailabilityQuery several{.label = "mydomain", .tlds = {"com", "net"}};
  const static AvailabilityQuery one{
      .label = "mydomain", .tlds = {"com"}, .with_alternatives = true};
  return {
      T0_CASE("domains_checkDomainAvailabilityV1", check_availability(several, {})),
      T0_CASE("domains_checkDomainAvailabilityV1", check_availability(one, {})),
      T0_CASE("domains_suggestDomainNamesFromADomainV1", suggest_from_domain("mydomain", 10, {})),
      T0_CASE("domains_suggestDomainNamesFromADescriptionV1",
              suggest_from_description("A bakery", 10, {})),
      T0_CASE("domains_getDomainListV1", list_domains({})),
      T0_CASE("billing_getCatalogItemListV1", list_catalog({}, {})),
      T0_CASE("billing_getCatalogItemListV1", list_catalog({"DOMAIN", ".COM*"}, {})),
      T0_CASE("billing_getSubscriptionListV1", list_subscriptions({})),
      T0_CASE("billing_getPaymentMethodListV1", list_payment_methods({})),
  };
}

#undef T0_CASE

std::vector<Case> all_cases() {
  std::vector<Case> all = machine_cases();
  for (auto part : {provision_cases(), firewall_and_docker_cases(), account_cases()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

std::optional<OpenApi> document_or_skip() {
  auto document = OpenApi::load();
  if (!document)
    WARN("SKIPPED: the provider's OpenAPI document is not here; name it in TIER0_OPENAPI");
  return document;
}

}  // namespace

TEST_CASE("every request is one that the provider's document describes", "[hosting][openapi]") {
  const auto document = document_or_skip();
  if (!document) return;
  ScriptedProvider provider([&](const fakes::ReceivedRequest& request) {
    return fakes::answer(200, dump_json(document->example_answer(request)));
  });

  for (const Case& one : all_cases()) {
    INFO(one.operation);
    const std::size_t before = provider.server.requests().size();
    // The provider's own example is an answer that we understand.
    CHECK(one.call(*provider.api));
    const auto requests = provider.server.requests();
    REQUIRE(requests.size() == before + 1);
    CHECK(document->operation_of(requests.back()) == one.operation);
    CHECK(document->problems(requests.back()) == std::vector<std::string>{});
  }
}

TEST_CASE("every VPS operation of the provider's document has a method", "[hosting][openapi]") {
  const auto document = document_or_skip();
  if (!document) return;
  std::set<std::string> covered;
  for (const Case& one : all_cases())
    if (one.operation.starts_with("VPS_")) covered.insert(one.operation);

  CHECK(covered == document->operations("/api/vps/"));
}

TEST_CASE("the checker of requests finds what is wrong", "[hosting][openapi]") {
  const auto document = document_or_skip();
  if (!document) return;
  fakes::ReceivedRequest request{.method = "POST",
                                 .target = "/api/vps/v1/firewall/1/rules?page=2",
                                 .headers = {{"content-type", "application/json"}},
                                 .body = R"({"protocol":"SCTP","port":22,"colour":"red"})"};

  CHECK(document->problems(request).size() == 6);
  request.target = "/api/vps/v1/nowhere";
  CHECK(document->problems(request) == std::vector<std::string>{"no such operation"});
}

// The two newer than the document, as hostinger.md has them.
TEST_CASE("replacing all rules of a firewall is one request", "[hosting][firewall]") {
  ScriptedProvider provider({fakes::answer(200, "{}")});

  REQUIRE(provider.api->replace_firewall_rules(kWall, {kMatch}, SyncAfter::Yes, {}));

  const auto request = provider.server.requests().at(0);
  CHECK(request.method == "PUT");
  CHECK(request.target == "/api/vps/v1/firewall/65224/rules");
  CHECK(*parse_json(request.body) ==
        *parse_json(R"({"sync":true,"rules":[{"protocol":"TCP","port":"443","source":"any",)"
                    R"("source_detail":"any"}]})"));
}

TEST_CASE("a firewall is synced to all its VMs by one request", "[hosting][firewall]") {
  ScriptedProvider provider({fakes::answer(200, "{}")});

  REQUIRE(provider.api->sync_firewall_everywhere(kWall, {}));

  CHECK(provider.server.requests().at(0).method == "POST");
  CHECK(provider.server.requests().at(0).target == "/api/vps/v1/firewall/65224/sync");
}
