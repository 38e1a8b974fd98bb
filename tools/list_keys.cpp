// Which SSH keys open what: the account's register against what really lies on the hosts.
#include <map>

#include "server/base/text.h"
#include "tool_handlers.gen.h"
#include "tools/authorized_key.h"
#include "tools/parts.h"

namespace tier0::tools {
namespace {

constexpr std::string_view kOurs = "smarteros:";  // smarteros:<scope>:<yyyy-mm>:<seq>
constexpr std::size_t kFileLimit = 256 * 1024;

struct KnownKey {
  AuthorizedKey key;
  std::optional<PublicKey> registered = {};
  std::vector<std::string> on_hosts = {};
};
using Matrix = std::map<std::string, KnownKey>;  // by fingerprint

void add_registered(Matrix& matrix, const std::vector<PublicKey>& keys) {
  for (const PublicKey& key : keys) {
    const auto parsed = parse_authorized_key(key.key);
    if (!parsed) continue;
    KnownKey& known = matrix.try_emplace(parsed->fingerprint, KnownKey{*parsed}).first->second;
    known.registered = key;
  }
}

/// Reads one host's file into the matrix; the answer's entry says whether that worked.
Json add_host(Matrix& matrix, const VpsId& vps, ToolContext& context) {
  const auto unread = [&](Code code) -> Json {
    return {{"vps", vps.value}, {"checked", false}, {"kind", to_string(code)}};
  };
  const auto host = context.hosts.host_of(vps);
  if (!host) return unread(Code::NotConfigured);
  const auto file =
      context.ssh.read_file(*host, ".ssh/authorized_keys", kFileLimit, context.cancel);
  if (!file && file.error().code != Code::NotFound) return unread(file.error().code);
  if (file && file->size > file->bytes.size()) return unread(Code::Partial);
  const std::vector<AuthorizedKey> keys = parse_authorized_keys(file ? file->bytes : "");
  for (const AuthorizedKey& key : keys)
    matrix.try_emplace(key.fingerprint, KnownKey{key}).first->second.on_hosts.push_back(vps.value);
  return {{"vps", vps.value}, {"checked", true}, {"keys", keys.size()}};
}

Json entry_of(const KnownKey& known, bool hosts_checked) {
  Json json = {{"fingerprint", known.key.fingerprint}, {"type", known.key.type},
               {"comment", known.key.comment},         {"in_account", known.registered.has_value()},
               {"on_hosts", known.on_hosts},           {"drift", Json::array()}};
  if (known.registered) {
    json["key_id"] = known.registered->id.value;
    json["name"] = known.registered->name;
  }
  const bool ours = known.key.comment.starts_with(kOurs);
  if (ours) json["scope"] = split(known.key.comment, ':')[1];
  if (!known.registered) json["drift"].push_back("only-on-host");
  if (known.registered && hosts_checked && known.on_hosts.empty())
    json["drift"].push_back("only-in-account");
  if (!ours) json["drift"].push_back("foreign");
  return json;
}

Result<std::vector<VpsId>> machines_of(ToolContext& context, const Json& args) {
  if (args.contains("vps")) return std::vector{VpsId{args["vps"].get<std::string>()}};
  T0_TRY(const std::vector<Vps> all, context.hosting.list_vps(context.cancel));
  std::vector<VpsId> ids;
  for (const Vps& vps : all)
    if (context.scope.covers("vps", vps.id.value)) ids.push_back(vps.id);
  return ids;
}

}  // namespace

Result<ToolOutput> list_keys(ToolContext& context, const Json& args) {
  T0_TRY(const std::vector<VpsId> machines, machines_of(context, args));
  Matrix matrix;
  Parts parts;
  const auto registered = context.hosting.list_keys(context.cancel);
  if (const auto* keys = parts.read("account", registered)) add_registered(matrix, *keys);
  Json hosts = Json::array();
  std::size_t checked = 0;
  for (const VpsId& vps : machines) {
    hosts.push_back(add_host(matrix, vps, context));
    if (hosts.back()["checked"].get<bool>()) ++checked;
    if (context.cancel.stop.stop_requested())
      return Error{.code = Code::Cancelled, .message = "the call was cancelled"};
  }
  if (!registered && checked == 0) return registered.error();
  Json items = Json::array();
  for (const auto& [fingerprint, known] : matrix) items.push_back(entry_of(known, checked > 0));
  ToolOutput output{.summary = std::to_string(items.size()) + " keys; " + std::to_string(checked) +
                               " of " + std::to_string(machines.size()) + " hosts read"};
  if (checked < machines.size())
    output.warnings.emplace_back("the keys of some hosts are not known: see hosts");
  output.data = {{"items", std::move(items)}, {"hosts", std::move(hosts)}};
  if (!parts.empty()) output.data["unavailable"] = parts.json();
  return output;
}

}  // namespace tier0::tools
