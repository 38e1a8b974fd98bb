#pragma once

#include "server/sandbox/world.h"

namespace tier0::sandbox {

/// What a finished action does to the world.
struct Effect {
  World& world;
  Account& account;
  Vm& vm;
  const Json& args;
  Millis now;

  /// Whether an injected fault asked for this outcome.
  bool suffers(std::string_view outcome) const;
};

/// Runs the effect that the verb in the arguments names. An unknown verb is a bug and throws.
void apply(const Effect& effect);

void power_up(const Effect& effect);
void power_down(const Effect& effect);
void enter_recovery(const Effect& effect);
void leave_recovery(const Effect& effect);
void install_system(const Effect& effect);
void change_settings(const Effect& effect);
void restore_backup_disk(const Effect& effect);
void restore_snapshot_disk(const Effect& effect);
void store_snapshot(const Effect& effect);
void drop_snapshot(const Effect& effect);
void install_keys(const Effect& effect);
void activate_rules(const Effect& effect);
void deactivate_rules(const Effect& effect);
void sync_rules(const Effect& effect);
void install_monarx(const Effect& effect);
void uninstall_monarx(const Effect& effect);
void project_up(const Effect& effect);
void project_state(const Effect& effect);
void project_update(const Effect& effect);
void project_down(const Effect& effect);

}  // namespace tier0::sandbox
