// Reads of machines, their actions, and what they are made of.

#include <algorithm>
#include <ranges>

#include "server/sandbox/catalog.h"
#include "server/sandbox/handlers.h"
#include "server/sandbox/replies.h"
#include "server/sandbox/views.h"

namespace tier0::sandbox {

Response list_vms(Call& call) {
  Json list = Json::array();
  for (const Vm& vm : call.account.vms) list.push_back(vm_view(vm));
  return ok(list);
}

Response get_vm(Call& call) {
  const Vm* vm = path_vm(call);
  return vm == nullptr ? not_found(call.world) : ok(vm_view(*vm));
}

Response list_actions(Call& call) {
  const Vm* vm = path_vm(call);
  if (vm == nullptr) return not_found(call.world);
  Json list = Json::array();
  for (auto action = vm->actions.rbegin(); action != vm->actions.rend(); ++action)
    list.push_back(action_view(*action));
  return paged(call, list);
}

Response get_action(Call& call) {
  const Vm* vm = path_vm(call);
  if (vm == nullptr) return not_found(call.world);
  const auto action = std::ranges::find(vm->actions, call.id(1), &Action::id);
  return action == vm->actions.end() ? not_found(call.world) : ok(action_view(*action));
}

Response list_data_centers(Call&) {
  Json list = Json::array();
  for (const DataCenter& center : data_centers()) list.push_back(data_center_view(center));
  return ok(list);
}

Response list_templates(Call&) {
  Json list = Json::array();
  for (const Template& system : templates()) list.push_back(template_view(system));
  return ok(list);
}

Response get_template(Call& call) {
  const Template* system = find_template(call.id(0));
  return system == nullptr ? not_found(call.world) : ok(template_view(*system));
}

}  // namespace tier0::sandbox
