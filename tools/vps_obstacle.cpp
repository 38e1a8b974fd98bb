#include "tools/vps_obstacle.h"

#include <algorithm>

namespace tier0::tools {
namespace {

const char* hint_for(VpsState state) {
  switch (state) {
    case VpsState::Initial:
      return "It was bought but has no system yet: set it up first.";
    case VpsState::Suspended:
      return "Tell the owner: billing or abuse stopped it.";
    case VpsState::Recovery:
      return "End the recovery mode first.";
    case VpsState::Stopped:
      return "Start it first, with start-vps.";
    default:
      return "Tell the owner.";
  }
}

}  // namespace

std::optional<Error> obstacle(const Vps& vps, std::span<const VpsState> allowed,
                              std::string_view done) {
  const std::string state(to_string(vps.state));
  if (vps.is_locked || is_changing(vps.state))
    return Error{.code = Code::Locked,
                 .message = "an action runs on " + vps.hostname + " (" + state + ")",
                 .hint = "Wait until get-vps shows it unlocked."};
  if (std::ranges::find(allowed, vps.state) != allowed.end()) return std::nullopt;
  return Error{.code = Code::WrongState,
               .message = vps.hostname + " is " + state + " and cannot be " + std::string(done),
               .hint = hint_for(vps.state)};
}

Json target_json(const Vps& vps) {
  return {{"kind", "vps"}, {"id", vps.id.value}, {"name", vps.hostname}};
}

}  // namespace tier0::tools
