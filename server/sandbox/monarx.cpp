// The malware scanner.

#include "server/sandbox/effects.h"
#include "server/sandbox/fields.h"
#include "server/sandbox/handlers.h"
#include "server/sandbox/replies.h"

namespace tier0::sandbox {

Response get_scan_metrics(Call& call) {
  const Vm* vm = path_vm(call);
  if (vm == nullptr) return not_found(call.world);
  if (!vm->monarx_since && call.world.quirks.on("monarx-absent-422"))
    return refused_inside(call.world, "[VPS:2042] Monarx is not installed.");
  const Millis since = vm->monarx_since.value_or(call.now);
  const Json files = vm->monarx_since ? 100'000 + vm->id % 90'000 : 0;
  return ok({{"records", 0},
             {"malicious", 0},
             {"compromised", 0},
             {"scanned_files", files},
             {"scan_started_at", stamp(since)},
             {"scan_ended_at", vm->monarx_since ? Json(stamp(since)) : Json(nullptr)}});
}

Response start_monarx_install(Call& call) {
  Vm* vm = path_vm(call);
  if (vm == nullptr) return not_found(call.world);
  if (auto refused = refuse_unless(call, *vm, {"running"})) return *refused;
  return start_work(call, *vm,
                    {.verb = "monarx-install", .name = "ct_monarx_install", .seconds = 600});
}

Response start_monarx_uninstall(Call& call) {
  Vm* vm = path_vm(call);
  if (vm == nullptr) return not_found(call.world);
  if (auto refused = refuse_unless(call, *vm, {"running"})) return *refused;
  return start_work(call, *vm,
                    {.verb = "monarx-uninstall", .name = "ct_monarx_uninstall", .seconds = 120});
}

void install_monarx(const Effect& effect) {
  effect.vm.monarx_since = effect.now;
}

void uninstall_monarx(const Effect& effect) {
  effect.vm.monarx_since.reset();
}

}  // namespace tier0::sandbox
