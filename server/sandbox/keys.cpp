// The account's public keys, and what attaching one really does.

#include <algorithm>

#include "server/sandbox/effects.h"
#include "server/sandbox/fields.h"
#include "server/sandbox/handlers.h"
#include "server/sandbox/replies.h"
#include "server/sandbox/views.h"

namespace tier0::sandbox {
namespace {

bool looks_like_key(std::string_view key) {
  const bool known = key.starts_with("ssh-ed25519 ") || key.starts_with("ssh-rsa ") ||
                     key.starts_with("ecdsa-sha2-") || key.starts_with("sk-");
  return known && key.find(" AAAA") != std::string_view::npos;
}

const PublicKey* find_key(const Account& account, Id id) {
  const auto key = std::ranges::find(account.keys, id, &PublicKey::id);
  return key == account.keys.end() ? nullptr : &*key;
}

}  // namespace

Response list_keys(Call& call) {
  Json list = Json::array();
  for (const PublicKey& key : call.account.keys) list.push_back(key_view(key));
  return paged(call, list);
}

Response create_key(Call& call) {
  constexpr FieldRule kRules[] = {{.name = "name", .max = 255}, {.name = "key"}};
  FieldProblems problems;
  problems.check(call.body, kRules);
  const std::string key = string_member(call.body, "key");
  if (!problems.has("key") && !looks_like_key(key))
    problems.add("key", "The key must be a valid SSH public key.");
  if (auto refused = problems.response(call.world)) return *refused;
  call.account.keys.push_back(
      {.id = new_id(call.world), .name = string_member(call.body, "name"), .key = key});
  return ok(key_view(call.account.keys.back()));
}

Response delete_key(Call& call) {
  // Machines keep what they have: the registry is for the next installation only.
  const auto gone = std::erase_if(call.account.keys,
                                  [&call](const PublicKey& key) { return key.id == call.id(0); });
  return gone == 0 ? not_found(call.world) : accepted();
}

Response attach_keys(Call& call) {
  Vm* vm = path_vm(call);
  if (vm == nullptr) return not_found(call.world);
  constexpr FieldRule kRules[] = {{.name = "ids", .kind = FieldRule::Kind::List}};
  FieldProblems problems;
  problems.check(call.body, kRules);
  Json lines = Json::array();
  const Json ids = problems.has("ids") ? Json::array() : call.body.at("ids");
  if (ids.empty() && !problems.has("ids")) problems.add("ids", "The ids field is required.");
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::string field = "ids." + std::to_string(i);
    if (!ids[i].is_number_integer()) {
      problems.add(field, "The " + field + " must be an integer.");
    } else if (const PublicKey* key = find_key(call.account, ids[i].get<Id>())) {
      lines.push_back(key->key);
    } else {
      problems.add(field, "The selected " + field + " is invalid.");
    }
  }
  if (auto refused = problems.response(call.world)) return *refused;
  if (auto refused = refuse_unless(call, *vm, {"running"})) return *refused;
  if (call.world.quirks.on("attach-noop-on-running"))
    return ok({{"id", 0}, {"name", ""}, {"state", ""}});
  return start_work(call, *vm,
                    {.verb = "keys-attach",
                     .name = "ct_attach_public_key",
                     .seconds = 8,
                     .args = {{"keys", std::move(lines)}}});
}

Response list_attached_keys(Call& call) {
  if (call.world.quirks.on("attached-keys-404")) return no_route(call.world);
  const Vm* vm = path_vm(call);
  if (vm == nullptr) return not_found(call.world);
  Json list = Json::array();
  const std::vector<std::string> lines = authorized_keys(*vm->disk, "root");
  for (const PublicKey& key : call.account.keys)
    if (std::ranges::find(lines, key.key) != lines.end()) list.push_back(key_view(key));
  return paged(call, list);
}

void install_keys(const Effect& effect) {
  Disk disk = *effect.vm.disk;
  for (const Json& line : effect.args.value("keys", Json::array()))
    add_authorized_key(disk, "root", line.get<std::string>(), effect.now);
  effect.vm.disk = std::make_shared<const Disk>(std::move(disk));
}

}  // namespace tier0::sandbox
