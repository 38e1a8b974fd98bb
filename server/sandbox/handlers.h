#pragma once

#include "server/sandbox/call.h"

// One function an operation of the provider's API; routes.cpp says which is which.
namespace tier0::sandbox {

// vms.cpp
Response list_vms(Call& call);
Response get_vm(Call& call);
Response list_actions(Call& call);
Response get_action(Call& call);
Response list_data_centers(Call& call);
Response list_templates(Call& call);
Response get_template(Call& call);

// metrics.cpp
Response get_metrics(Call& call);

// power.cpp
Response start_vm(Call& call);
Response stop_vm(Call& call);
Response restart_vm(Call& call);
Response start_recovery(Call& call);
Response stop_recovery(Call& call);

// purchase.cpp, install.cpp
Response purchase_vm(Call& call);
Response setup_vm(Call& call);
Response recreate_vm(Call& call);

// settings.cpp
Response set_hostname(Call& call);
Response reset_hostname(Call& call);
Response set_ptr(Call& call);
Response delete_ptr(Call& call);
Response set_nameservers(Call& call);
Response set_root_password(Call& call);
Response set_panel_password(Call& call);

// backups.cpp, snapshots.cpp
Response list_backups(Call& call);
Response restore_backup(Call& call);
Response get_snapshot(Call& call);
Response create_snapshot(Call& call);
Response delete_snapshot(Call& call);
Response restore_snapshot(Call& call);

// keys.cpp
Response list_keys(Call& call);
Response create_key(Call& call);
Response delete_key(Call& call);
Response attach_keys(Call& call);
Response list_attached_keys(Call& call);

// firewall.cpp, firewall_rules.cpp
Response list_firewalls(Call& call);
Response create_firewall(Call& call);
Response get_firewall(Call& call);
Response delete_firewall(Call& call);
Response activate_firewall(Call& call);
Response deactivate_firewall(Call& call);
Response sync_firewall(Call& call);
Response sync_firewall_everywhere(Call& call);
Response create_rule(Call& call);
Response update_rule(Call& call);
Response delete_rule(Call& call);
Response replace_rules(Call& call);

// scripts.cpp
Response list_scripts(Call& call);
Response create_script(Call& call);
Response get_script(Call& call);
Response update_script(Call& call);
Response delete_script(Call& call);

// monarx.cpp
Response get_scan_metrics(Call& call);
Response start_monarx_install(Call& call);
Response start_monarx_uninstall(Call& call);

// docker.cpp, docker_reads.cpp
Response list_projects(Call& call);
Response get_project(Call& call);
Response list_containers(Call& call);
Response get_project_logs(Call& call);
Response create_project(Call& call);
Response start_project(Call& call);
Response stop_project(Call& call);
Response restart_project(Call& call);
Response update_project(Call& call);
Response delete_project(Call& call);

// domains.cpp
Response check_availability(Call& call);
Response suggest_from_domain(Call& call);
Response suggest_from_description(Call& call);
Response list_domains(Call& call);
Response get_domain(Call& call);
Response get_domain_renewal(Call& call);

// billing.cpp
Response list_catalog(Call& call);
Response list_payment_methods(Call& call);
Response list_subscriptions(Call& call);
Response disable_auto_renewal(Call& call);
Response enable_auto_renewal(Call& call);

}  // namespace tier0::sandbox
