#include "server/hosting/calls.h"
#include "server/hosting/hostinger.h"
#include "server/hosting/paths.h"
#include "server/hosting/shapes.h"

namespace tier0::hosting {
namespace {

constexpr std::string_view kCheckPurchase =
    "The order may have been placed and charged. List the VPSs and the subscriptions and compare "
    "with before: a new one means that it was. Do not order again before that.";

void set_text(Json& body, const char* key, const std::string& value) {
  if (!value.empty()) body[key] = value;
}

void set_secret(Request& request, Json& body, const char* key, const std::optional<Secret>& value) {
  if (!value) return;
  body[key] = value->reveal();
  request.secrets.push_back(*value);
}

/// The secrets go to `request` too, so that no error repeats them.
Json setup_body(const VpsSetup& setup, Request& request) {
  Json body{{"template_id", json_id(setup.os.value)},
            {"data_center_id", json_id(setup.data_center.value)},
            {"install_monarx", setup.install_monarx},
            {"enable_backups", setup.enable_backups}};
  if (setup.post_install) body["post_install_script_id"] = json_id(setup.post_install->value);
  set_secret(request, body, "password", setup.root_password);
  set_text(body, "hostname", setup.hostname);
  set_text(body, "ns1", setup.ns1);
  set_text(body, "ns2", setup.ns2);
  if (setup.public_key)
    body["public_key"] = {{"name", setup.public_key->name}, {"key", setup.public_key->key}};
  return body;
}

Json script_body(const NewScript& script) {
  return {{"name", script.name}, {"content", script.content}};
}

std::string script_path(const ScriptId& script) {
  return vps_path("post-install-scripts", script.value);
}

/// Refusals that were seen after the charge (402 and 422), and those that may be like them.
bool may_follow_a_charge(Code code) {
  return code == Code::Validation || code == Code::WrongState || code == Code::Conflict ||
         code == Code::Locked;
}

}  // namespace

Result<std::vector<DataCenter>> Hostinger::list_data_centers(const Cancel& cancel) {
  return ask_list(gateway_, {.path = vps_path("data-centers")}, parse_data_center, cancel);
}

Result<std::vector<OsTemplate>> Hostinger::list_templates(const Cancel& cancel) {
  return ask_list(gateway_, {.path = vps_path("templates")}, parse_template, cancel);
}

Result<OsTemplate> Hostinger::get_template(const TemplateId& os, const Cancel& cancel) {
  return ask(gateway_, {.path = vps_path("templates", os.value)}, parse_template, cancel);
}

Result<PurchasedVps> Hostinger::purchase_vps(const VpsPurchase& purchase, const Cancel& cancel) {
  Request request{.method = "POST",
                  .path = vps_path("virtual-machines"),
                  .timeout = gateway_.options().purchase_timeout,
                  .check = std::string(kCheckPurchase)};
  Json body{{"item_id", purchase.price.value}, {"setup", setup_body(purchase.setup, request)}};
  if (purchase.payment_method) body["payment_method_id"] = json_id(purchase.payment_method->value);
  if (!purchase.coupons.empty()) body["coupons"] = purchase.coupons;
  request.body = std::move(body);

  auto bought = make(gateway_, request, parse_purchase, cancel);
  if (!bought && may_follow_a_charge(bought.error().code)) {
    bought.error().maybe_done = true;
    bought.error().hint = request.check;
  }
  return bought;
}

Result<Vps> Hostinger::setup_vps(const VpsId& vps, const VpsSetup& setup, const Cancel& cancel) {
  Request request{.method = "POST",
                  .path = machine_path(vps) + "/setup",
                  .check = "Read VPS " + vps.value +
                           ": any state but initial means that the set-up was accepted."};
  request.body = setup_body(setup, request);
  return make(gateway_, request, parse_vps, cancel);
}

Result<Accepted> Hostinger::recreate_vps(const VpsId& vps, const Reinstall& reinstall,
                                         const Cancel& cancel) {
  Request request{.method = "POST", .path = machine_path(vps) + "/recreate"};
  Json body{{"template_id", json_id(reinstall.os.value)}};
  set_secret(request, body, "password", reinstall.root_password);
  set_secret(request, body, "panel_password", reinstall.panel_password);
  if (reinstall.post_install)
    body["post_install_script_id"] = json_id(reinstall.post_install->value);
  request.body = std::move(body);
  return act(vps, std::move(request), cancel);
}

Result<std::vector<PostInstallScript>> Hostinger::list_scripts(const Cancel& cancel) {
  return read_pages(gateway_, vps_path("post-install-scripts"), parse_script, cancel);
}

Result<PostInstallScript> Hostinger::get_script(const ScriptId& script, const Cancel& cancel) {
  return ask(gateway_, {.path = script_path(script)}, parse_script, cancel);
}

Result<PostInstallScript> Hostinger::create_script(const NewScript& script, const Cancel& cancel) {
  return make(gateway_,
              {.method = "POST",
               .path = vps_path("post-install-scripts"),
               .body = script_body(script),
               .check = "List the post-install scripts: one of this name may be there now."},
              parse_script, cancel);
}

Result<PostInstallScript> Hostinger::update_script(const ScriptId& id, const NewScript& script,
                                                   const Cancel& cancel) {
  return make(gateway_, {.method = "PUT", .path = script_path(id), .body = script_body(script)},
              parse_script, cancel);
}

Result<Unit> Hostinger::delete_script(const ScriptId& script, const Cancel& cancel) {
  T0_CHECK(gateway_.write({.method = "DELETE", .path = script_path(script)}, cancel));
  return Unit{};
}

}  // namespace tier0::hosting
