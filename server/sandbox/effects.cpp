#include "server/sandbox/effects.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace tier0::sandbox {
namespace {

struct Row {
  std::string_view verb;
  void (*run)(const Effect&);
};

constexpr std::array kRows = {
    Row{"start", power_up},
    Row{"stop", power_down},
    Row{"restart", power_up},
    Row{"recovery-start", enter_recovery},
    Row{"recovery-stop", leave_recovery},
    Row{"setup", install_system},
    Row{"recreate", install_system},
    Row{"settings", change_settings},
    Row{"restore-backup", restore_backup_disk},
    Row{"restore-snapshot", restore_snapshot_disk},
    Row{"snapshot-create", store_snapshot},
    Row{"snapshot-delete", drop_snapshot},
    Row{"keys-attach", install_keys},
    Row{"firewall-activate", activate_rules},
    Row{"firewall-deactivate", deactivate_rules},
    Row{"firewall-sync", sync_rules},
    Row{"monarx-install", install_monarx},
    Row{"monarx-uninstall", uninstall_monarx},
    Row{"docker-up", project_up},
    Row{"docker-state", project_state},
    Row{"docker-update", project_update},
    Row{"docker-down", project_down},
};

}  // namespace

bool Effect::suffers(std::string_view outcome) const {
  const Json* outcomes = find_member(args, "outcomes");
  return outcomes != nullptr && std::ranges::find(*outcomes, outcome) != outcomes->end();
}

void apply(const Effect& effect) {
  const std::string verb = string_member(effect.args, "verb");
  const auto row = std::ranges::find(kRows, verb, &Row::verb);
  if (row == kRows.end()) throw std::logic_error("no effect is called " + verb);
  row->run(effect);
}

}  // namespace tier0::sandbox
