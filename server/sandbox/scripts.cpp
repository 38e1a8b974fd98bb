// Post-install scripts.

#include <algorithm>

#include "server/sandbox/fields.h"
#include "server/sandbox/handlers.h"
#include "server/sandbox/replies.h"
#include "server/sandbox/views.h"

namespace tier0::sandbox {
namespace {

constexpr FieldRule kRules[] = {{.name = "name", .max = 255},
                                {.name = "content", .max = 48 * 1024}};

std::optional<Response> too_early(Call& call) {
  const bool refused =
      call.account.vms.empty() && call.world.quirks.on("post-install-403-before-first-vps");
  if (!refused) return std::nullopt;
  return refusal(call.world, 403, "[VPS:2000] This action is not allowed.");
}

PostInstallScript* path_script(Call& call) {
  const auto found = std::ranges::find(call.account.scripts, call.id(0), &PostInstallScript::id);
  return found == call.account.scripts.end() ? nullptr : &*found;
}

}  // namespace

Response list_scripts(Call& call) {
  if (auto refused = too_early(call)) return *refused;
  Json list = Json::array();
  for (const PostInstallScript& script : call.account.scripts) list.push_back(script_view(script));
  return paged(call, list);
}

Response create_script(Call& call) {
  if (auto refused = too_early(call)) return *refused;
  if (auto refused = invalid(call, kRules)) return *refused;
  call.account.scripts.push_back({.id = new_id(call.world),
                                  .name = string_member(call.body, "name"),
                                  .content = string_member(call.body, "content"),
                                  .created = call.now,
                                  .updated = call.now});
  return ok(script_view(call.account.scripts.back()));
}

Response get_script(Call& call) {
  if (auto refused = too_early(call)) return *refused;
  const PostInstallScript* script = path_script(call);
  return script == nullptr ? not_found(call.world) : ok(script_view(*script));
}

Response update_script(Call& call) {
  if (auto refused = too_early(call)) return *refused;
  PostInstallScript* script = path_script(call);
  if (script == nullptr) return not_found(call.world);
  if (auto refused = invalid(call, kRules)) return *refused;
  script->name = string_member(call.body, "name");
  script->content = string_member(call.body, "content");
  script->updated = call.now;
  return ok(script_view(*script));
}

Response delete_script(Call& call) {
  if (auto refused = too_early(call)) return *refused;
  if (path_script(call) == nullptr) return not_found(call.world);
  std::erase_if(call.account.scripts,
                [&call](const PostInstallScript& script) { return script.id == call.id(0); });
  return accepted();
}

}  // namespace tier0::sandbox
