#include <algorithm>

#include "tests/fakes/fake_hosting.h"

namespace tier0 {
namespace {

Error no_script() {
  return {.code = Code::NotFound, .message = "the script does not exist"};
}

void install(Vps& vps, const FakeWorld& world, const TemplateId& os) {
  const auto found = std::ranges::find(world.templates, os, &OsTemplate::id);
  vps.os = found == world.templates.end() ? OsTemplate{.id = os, .name = "template"} : *found;
  vps.state = VpsState::Running;
}

}  // namespace

Result<std::vector<DataCenter>> FakeHosting::list_data_centers(const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"list_data_centers"}, cancel));
  return world_.data_centers;
}

Result<std::vector<OsTemplate>> FakeHosting::list_templates(const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"list_templates"}, cancel));
  return world_.templates;
}

Result<OsTemplate> FakeHosting::get_template(const TemplateId& os, const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"get_template", {os.value}}, cancel));
  const auto found = std::ranges::find(world_.templates, os, &OsTemplate::id);
  if (found == world_.templates.end())
    return Error{.code = Code::NotFound, .message = "the template does not exist"};
  return *found;
}

Result<PurchasedVps> FakeHosting::purchase_vps(const VpsPurchase& purchase, const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Write, {"purchase_vps", {purchase.price.value, purchase.setup.hostname}},
                 cancel));
  const SubscriptionId subscription{"Sim" + next_id()};
  world_.subscriptions.push_back({.id = subscription, .name = "VPS", .status = "active"});
  PurchasedVps bought{.order = {.id = next_id(),
                                .subscription = subscription,
                                .status = "payment_initiated",
                                .currency = "USD"}};
  if (!world_.purchase_stays_pending) {
    bought.order.status = "completed";
    Vps vps{.id = VpsId{next_id()},
            .hostname = purchase.setup.hostname,
            .subscription = subscription,
            .data_center = purchase.setup.data_center,
            .created_at = clock_.wall()};
    install(vps, world_, purchase.setup.os);
    world_.machines[vps.id].vps = vps;
    bought.vps = vps;
  }
  T0_CHECK(leave("purchase_vps"));
  return bought;
}

Result<Vps> FakeHosting::setup_vps(const VpsId& vps, const VpsSetup& setup, const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Write, {"setup_vps", {vps.value, setup.os.value, setup.hostname}}, cancel));
  T0_TRY(FakeMachine* const machine, find_machine(vps));
  if (machine->vps.state != VpsState::Initial)
    return Error{.code = Code::Validation,
                 .message = "[VPS:2004] The virtual machine is set up already."};
  if (!setup.hostname.empty()) machine->vps.hostname = setup.hostname;
  machine->vps.data_center = setup.data_center;
  install(machine->vps, world_, setup.os);
  T0_CHECK(leave("setup_vps"));
  return machine->vps;
}

Result<Accepted> FakeHosting::recreate_vps(const VpsId& vps, const Reinstall& reinstall,
                                           const Cancel& cancel) {
  const auto wipe = [os = reinstall.os](FakeWorld&, FakeMachine& m) {
    m.vps.os = OsTemplate{.id = os, .name = "template"};
    m.vps.state = VpsState::Running;
    m.snapshot.reset();
    m.attached_keys.clear();
    m.projects.clear();
  };
  return act({"recreate_vps", {vps.value, reinstall.os.value}}, vps,
             {"ct_recreate", {VpsState::Running, VpsState::Stopped, VpsState::Error}, wipe},
             cancel);
}

Result<std::vector<PostInstallScript>> FakeHosting::list_scripts(const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"list_scripts"}, cancel));
  return world_.scripts;
}

Result<PostInstallScript> FakeHosting::get_script(const ScriptId& script, const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"get_script", {script.value}}, cancel));
  const auto found = std::ranges::find(world_.scripts, script, &PostInstallScript::id);
  if (found == world_.scripts.end()) return no_script();
  return *found;
}

Result<PostInstallScript> FakeHosting::create_script(const NewScript& script,
                                                     const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Write, {"create_script", {script.name, script.content}}, cancel));
  world_.scripts.push_back({.id = ScriptId{next_id()},
                            .name = script.name,
                            .content = script.content,
                            .created_at = clock_.wall(),
                            .updated_at = clock_.wall()});
  T0_CHECK(leave("create_script"));
  return world_.scripts.back();
}

Result<PostInstallScript> FakeHosting::update_script(const ScriptId& id, const NewScript& script,
                                                     const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Write, {"update_script", {id.value, script.name, script.content}}, cancel));
  const auto found = std::ranges::find(world_.scripts, id, &PostInstallScript::id);
  if (found == world_.scripts.end()) return no_script();
  found->name = script.name;
  found->content = script.content;
  found->updated_at = clock_.wall();
  T0_CHECK(leave("update_script"));
  return *found;
}

Result<Unit> FakeHosting::delete_script(const ScriptId& script, const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Write, {"delete_script", {script.value}}, cancel));
  if (std::erase_if(world_.scripts, [&](const auto& one) { return one.id == script; }) == 0)
    return no_script();
  return leave("delete_script");
}

}  // namespace tier0
