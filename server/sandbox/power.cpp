// Start, stop, restart, recovery.

#include "server/sandbox/effects.h"
#include "server/sandbox/fields.h"
#include "server/sandbox/handlers.h"
#include "server/sandbox/replies.h"
#include "server/sandbox/timeline.h"

namespace tier0::sandbox {

Response start_vm(Call& call) {
  Vm* vm = path_vm(call);
  if (vm == nullptr) return not_found(call.world);
  if (auto refused = refuse_unless(call, *vm, {"stopped", "running"})) return *refused;
  if (vm->state == "running") return nothing_to_do(call, *vm, "ct_start");
  return start_work(call, *vm,
                    {.verb = "start", .name = "ct_start", .seconds = 25, .through = {"starting"}});
}

Response stop_vm(Call& call) {
  Vm* vm = path_vm(call);
  if (vm == nullptr) return not_found(call.world);
  if (auto refused = refuse_unless(call, *vm, {"stopped", "running"})) return *refused;
  if (vm->state == "stopped") return nothing_to_do(call, *vm, "ct_stop");
  return start_work(call, *vm,
                    {.verb = "stop", .name = "ct_stop", .seconds = 20, .through = {"stopping"}});
}

Response restart_vm(Call& call) {
  Vm* vm = path_vm(call);
  if (vm == nullptr) return not_found(call.world);
  if (auto refused = refuse_unless(call, *vm, {"stopped", "running"})) return *refused;
  Work work{.verb = "restart", .name = "ct_restart", .seconds = 40};
  if (vm->state == "running") work.through.push_back("stopping");
  work.through.push_back("starting");
  return start_work(call, *vm, std::move(work));
}

Response start_recovery(Call& call) {
  Vm* vm = path_vm(call);
  if (vm == nullptr) return not_found(call.world);
  FieldProblems problems;
  constexpr FieldRule kRules[] = {{.name = "root_password"}};
  problems.check(call.body, kRules);
  const std::string password = string_member(call.body, "root_password");
  if (!problems.has("root_password"))
    check_password(problems, call.world, "root_password", password);
  if (auto refused = problems.response(call.world)) return *refused;
  if (auto refused = refuse_unless(call, *vm, {"running", "stopped"})) return *refused;
  return start_work(call, *vm,
                    {.verb = "recovery-start",
                     .name = "ct_recovery_start",
                     .seconds = 60,
                     .args = {{"password", password}},
                     .through = {"starting"}});
}

Response stop_recovery(Call& call) {
  Vm* vm = path_vm(call);
  if (vm == nullptr) return not_found(call.world);
  if (auto refused = refuse_unless(call, *vm, {"recovery"})) return *refused;
  return start_work(call, *vm,
                    {.verb = "recovery-stop",
                     .name = "ct_recovery_stop",
                     .seconds = 60,
                     .through = {"stopping_recovery"}});
}

void power_up(const Effect& effect) {
  effect.vm.state = "running";
  boot(effect.world, effect.vm, effect.account, effect.now);
}

void power_down(const Effect& effect) {
  effect.vm.state = "stopped";
}

void enter_recovery(const Effect& effect) {
  effect.vm.state = "recovery";
  effect.vm.rescue_password = string_member(effect.args, "password");
  boot(effect.world, effect.vm, effect.account, effect.now);
}

void leave_recovery(const Effect& effect) {
  effect.vm.rescue_password.clear();
  power_up(effect);
}

}  // namespace tier0::sandbox
