#include "tools/firewall_attachment.h"

#include "tools/runbook_steps.h"

namespace tier0::tools {
namespace {

FirewallId attached_in(const StepContext& step) {
  return FirewallId{step.state.at("firewall").get<std::string>()};
}

}  // namespace

constinit const VpsChange kActivation = {
    .word = "firewall",
    .phrase = "the activation",
    .reached =
        [](const Vps& vps, const Json& state) {
          return vps.firewall && vps.firewall->value == string_member(state, "firewall");
        },
    .proves = true};

constinit const VpsChange kDeactivation = {
    .word = "firewall",
    .phrase = "the deactivation",
    .reached = [](const Vps& vps, const Json&) { return !vps.firewall; },
    .proves = true};

StepResult send_activation(StepContext& step) {
  return send_change(step, kActivation, [](StepContext& s) {
    return hosting_of(s).activate_firewall(attached_in(s), vps_of(s), s.tool.cancel);
  });
}

StepResult send_deactivation(StepContext& step) {
  return send_change(step, kDeactivation, [](StepContext& s) {
    return hosting_of(s).deactivate_firewall(attached_in(s), vps_of(s), s.tool.cancel);
  });
}

}  // namespace tier0::tools
