#include <algorithm>

#include "server/hosting/calls.h"
#include "server/hosting/hostinger.h"
#include "server/hosting/paths.h"
#include "server/hosting/shapes.h"

namespace tier0::hosting {
namespace {

void sort_newest_first(std::vector<Action>& actions) {
  // Ids rise with time; created_at may be missing.
  const auto number = [](const Action& action) {
    return std::pair(action.id.value.size(), action.id.value);
  };
  std::ranges::sort(actions, std::ranges::greater(), number);
}

Request with_password(std::string method, std::string path, const char* key,
                      const Secret& password) {
  return {.method = std::move(method),
          .path = std::move(path),
          .body = Json{{key, password.reveal()}},
          .secrets = {password}};
}

}  // namespace

Result<std::vector<Vps>> Hostinger::list_vps(const Cancel& cancel) {
  return ask_list(gateway_, {.path = vps_path("virtual-machines")}, parse_vps, cancel);
}

Result<Vps> Hostinger::get_vps(const VpsId& vps, const Cancel& cancel) {
  return ask(gateway_, {.path = machine_path(vps)}, parse_vps, cancel);
}

Result<Metrics> Hostinger::get_metrics(const VpsId& vps, const TimeRange& range,
                                       const Cancel& cancel) {
  const std::string query =
      encode_query({{"date_from", format_time(range.from)}, {"date_to", format_time(range.to)}});
  return ask(gateway_, {.path = machine_path(vps) + "/metrics" + query}, parse_metrics, cancel);
}

Result<std::vector<Action>> Hostinger::list_actions(const VpsId& vps, const Cancel& cancel) {
  T0_TRY(std::vector<Action> actions,
         read_pages(gateway_, machine_path(vps) + "/actions", parse_action, cancel));
  sort_newest_first(actions);
  return actions;
}

Result<std::vector<Action>> Hostinger::recent_actions(const VpsId& vps, const Cancel& cancel) {
  const std::string path = machine_path(vps) + "/actions";
  T0_TRY(Page page, read_page(gateway_, path, 1, cancel));
  T0_TRY(std::vector<Action> actions, parse_list(*page.items, parse_action));
  std::vector<Action> sorted = actions;
  sort_newest_first(sorted);
  // The order of the pages is not documented. Where the oldest come first, the newest are last.
  if (!page.is_last && actions.front().id != sorted.front().id) {
    T0_TRY(page, read_page(gateway_, path, page.last_page, cancel));
    T0_TRY(sorted, parse_list(*page.items, parse_action));
    sort_newest_first(sorted);
  }
  return sorted;
}

Result<Action> Hostinger::get_action(const VpsId& vps, const ActionId& action,
                                     const Cancel& cancel) {
  return ask(gateway_, {.path = machine_path(vps) + "/actions/" + encode_component(action.value)},
             parse_action, cancel);
}

Result<Accepted> Hostinger::start_vps(const VpsId& vps, const Cancel& cancel) {
  return act(vps, {.method = "POST", .path = machine_path(vps) + "/start"}, cancel);
}

Result<Accepted> Hostinger::stop_vps(const VpsId& vps, const Cancel& cancel) {
  return act(vps, {.method = "POST", .path = machine_path(vps) + "/stop"}, cancel);
}

Result<Accepted> Hostinger::restart_vps(const VpsId& vps, const Cancel& cancel) {
  return act(vps, {.method = "POST", .path = machine_path(vps) + "/restart"}, cancel);
}

Result<Accepted> Hostinger::set_hostname(const VpsId& vps, const std::string& hostname,
                                         const Cancel& cancel) {
  return act(vps,
             {.method = "PUT",
              .path = machine_path(vps) + "/hostname",
              .body = Json{{"hostname", hostname}}},
             cancel);
}

Result<Accepted> Hostinger::reset_hostname(const VpsId& vps, const Cancel& cancel) {
  return act(vps, {.method = "DELETE", .path = machine_path(vps) + "/hostname"}, cancel);
}

Result<Accepted> Hostinger::set_ptr(const VpsId& vps, const IpAddressId& ip,
                                    const std::string& domain, const Cancel& cancel) {
  return act(vps,
             {.method = "POST",
              .path = machine_path(vps) + "/ptr/" + encode_component(ip.value),
              .body = Json{{"domain", domain}}},
             cancel);
}

Result<Accepted> Hostinger::delete_ptr(const VpsId& vps, const IpAddressId& ip,
                                       const Cancel& cancel) {
  return act(vps,
             {.method = "DELETE", .path = machine_path(vps) + "/ptr/" + encode_component(ip.value)},
             cancel);
}

Result<Accepted> Hostinger::set_nameservers(const VpsId& vps, const Nameservers& nameservers,
                                            const Cancel& cancel) {
  Json body{{"ns1", nameservers.ns1}};
  if (!nameservers.ns2.empty()) body["ns2"] = nameservers.ns2;
  if (!nameservers.ns3.empty()) body["ns3"] = nameservers.ns3;
  return act(vps,
             {.method = "PUT", .path = machine_path(vps) + "/nameservers", .body = std::move(body)},
             cancel);
}

Result<Accepted> Hostinger::set_root_password(const VpsId& vps, const Secret& password,
                                              const Cancel& cancel) {
  return act(vps, with_password("PUT", machine_path(vps) + "/root-password", "password", password),
             cancel);
}

Result<Accepted> Hostinger::set_panel_password(const VpsId& vps, const Secret& password,
                                               const Cancel& cancel) {
  return act(vps, with_password("PUT", machine_path(vps) + "/panel-password", "password", password),
             cancel);
}

Result<Accepted> Hostinger::start_recovery(const VpsId& vps, const Secret& root_password,
                                           const Cancel& cancel) {
  return act(vps,
             with_password("POST", machine_path(vps) + "/recovery", "root_password", root_password),
             cancel);
}

Result<Accepted> Hostinger::stop_recovery(const VpsId& vps, const Cancel& cancel) {
  return act(vps, {.method = "DELETE", .path = machine_path(vps) + "/recovery"}, cancel);
}

}  // namespace tier0::hosting
