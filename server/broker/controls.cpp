#include "server/broker/controls.h"

#include <algorithm>
#include <array>

namespace tier0 {
namespace {

constexpr std::array<std::string_view, 4> kControls = {"plan_id", "idempotency_key", "wait",
                                                       "dry_run"};

}  // namespace

Controls Controls::take(Json& arguments) {
  const Json* dry_run = find_member(arguments, "dry_run");
  Controls controls{
      .plan_id = string_member(arguments, "plan_id"),
      .idempotency_key = string_member(arguments, "idempotency_key"),
      .wait = string_member(arguments, "wait") == "accepted" ? Wait::Accepted : Wait::Done,
      .dry_run = dry_run != nullptr && *dry_run == true};
  for (const std::string_view name : kControls) arguments.erase(std::string(name));
  return controls;
}

bool Controls::are_all_of(const Json& arguments) {
  for (const auto& [name, unused] : arguments.items())
    if (std::ranges::find(kControls, name) == kControls.end()) return false;
  return true;
}

}  // namespace tier0
