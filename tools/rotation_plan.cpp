#include "tools/rotation_plan.h"

#include <algorithm>

#include "tools/authorized_keys_file.h"
#include "tools/key_hosts.h"
#include "tools/vps_login.h"

namespace tier0::tools {
namespace {

/// The first free number of this month, over all that is known of the scope's keys.
std::string new_comment(const std::string& scope, const KeyInventory& keys,
                        const std::vector<PublicKey>& registered, WallTime now) {
  const std::string month = format_time(now).substr(0, 7);
  int newest = 0;
  const auto look = [&](const std::string& comment) {
    const auto name = parse_key_name(comment);
    if (name && name->scope == scope && name->month == month)
      newest = std::max(newest, name->number);
  };
  for (const auto* key : {&keys.current, &keys.previous})
    if (*key) look((*key)->comment);
  for (const PublicKey& key : registered)
    if (const auto parsed = parse_authorized_key(key.key)) look(parsed->comment);
  return std::string(kOurKeys) + scope + ":" + month + ":" + std::to_string(newest + 1);
}

/// Whom the new key reaches, and with which key until then; and whom it does not.
struct Fleet {
  Json hosts = Json::array();    // [{vps, host, key?}], as hosts_json
  Json lagging = Json::array();  // switched off
  Json lost = Json::array();
  std::vector<std::string> warnings;
  std::vector<KeyHost> reached;
};

/// Whoever is left out does not let this server in any more once the key is committed.
void note_left_out(Fleet& fleet, const std::vector<KeyHost>& hosts,
                   const std::vector<KeyHost>& all) {
  for (const KeyHost& one : all) {
    const bool is_in =
        std::ranges::any_of(hosts, [&one](const KeyHost& h) { return h.vps == one.vps; });
    if (!is_in)
      fleet.lost.push_back("the way into " + one.host.value + " (VPS " + one.vps.value +
                           "): it gets no new key");
  }
}

/// A host that is off misses this rotation and can be mended in the next, with the key before.
void note_lagging(Fleet& fleet, const KeyHost& one) {
  fleet.lagging.push_back({{"vps", one.vps.value}, {"host", one.host.value}});
  fleet.lost.push_back("the way into " + one.host.value + " (VPS " + one.vps.value +
                       ") until it is started and the key is rotated again: it is off. One that " +
                       "missed the rotation before, too, lets this server in no more");
}

/// Which key opens it now: the current one, or the one before where it missed a rotation.
Result<Json> open_host(ToolContext& context, const KeyHost& one) {
  Json entry = hosts_json({&one, 1})[0];
  auto login = log_in(context, one.host);
  if (login) return entry;
  if (login.error().code == Code::SshAuth && log_in(context, one.host, KeyUse::Previous)) {
    entry["key"] = "previous";
    return entry;
  }
  Error error = std::move(login).error();
  error.hint = "A key is rotated on all hosts that run, or on none. Repair " + one.host.value +
               ", or name the others in vps.";
  return error;
}

Result<Fleet> look_at_fleet(ToolContext& context, const Json& args) {
  T0_TRY(const std::vector<KeyHost> all, all_key_hosts(context));
  T0_TRY(const std::vector<KeyHost> hosts, key_hosts(context, args));
  Fleet fleet;
  note_left_out(fleet, hosts, all);
  for (const KeyHost& one : hosts) {
    if (one.is_off) {
      note_lagging(fleet, one);
      continue;
    }
    T0_TRY(Json entry, open_host(context, one));
    if (key_before(entry) == KeyUse::Previous)
      fleet.warnings.push_back(one.host.value + " missed the last rotation: it gets the new key");
    fleet.hosts.push_back(std::move(entry));
    fleet.reached.push_back(one);
  }
  if (fleet.hosts.empty())
    return Error{.code = Code::WrongState,
                 .message = "none of these hosts runs",
                 .hint = "Start one with start-vps first."};
  return fleet;
}

Plan plan_of(const Json& args, const Fleet& fleet, const KeyInventory& keys,
             const std::string& comment) {
  const std::size_t count = fleet.hosts.size();
  const std::string scope = args.at("scope");
  Plan plan{.summary = "rotate the key " + scope + " on " + std::to_string(count) +
                       (count == 1 ? " host" : " hosts"),
            .effects = Json::array({"a new key " + comment + " is made and put on every host",
                                    "it is committed once each host let it in",
                                    "older keys of the scope go, but for the newest " +
                                        std::to_string(args.at("keep").get<int>())}),
            .targets = Json::array(),
            .lost = fleet.lost,
            .duration = std::chrono::seconds(20 + 5 * count),
            .rollback = "the previous key goes on working until the next rotation",
            .warnings = fleet.warnings,
            .observed = {{"version", keys.version},
                         {"comment", comment},
                         {"hosts", fleet.hosts},
                         {"lagging", fleet.lagging}},
            .state = {{"scope", scope},
                      {"comment", comment},
                      {"version", keys.version},
                      {"old", keys.current ? fingerprint_of_line(keys.current->line) : ""},
                      {"keep", args.at("keep")},
                      {"hosts", fleet.hosts},
                      {"lagging", fleet.lagging}},
            .leases = host_leases(fleet.reached)};
  plan.leases.push_back("keys:" + scope);
  for (const KeyHost& one : fleet.reached)
    plan.targets.push_back({{"kind", "vps"}, {"id", one.vps.value}, {"name", one.host.value}});
  if (keys.staged) plan.warnings.push_back("goes on with the key " + comment + ", staged before");
  return plan;
}

}  // namespace

Result<Plan> plan_rotation(ToolContext& context, const Json& args) {
  const std::string scope = args.at("scope");
  T0_TRY(const KeyWriting writing, context.keys.writable(scope, context.cancel));
  T0_TRY(const KeyInventory keys, context.keys.inventory(scope, context.cancel));
  T0_TRY(const std::vector<PublicKey> registered, context.hosting.list_keys(context.cancel));
  T0_TRY(const Fleet fleet, look_at_fleet(context, args));
  const std::string comment = keys.staged
                                  ? keys.staged->comment
                                  : new_comment(scope, keys, registered, context.clock.wall());
  Plan plan = plan_of(args, fleet, keys, comment);
  if (!writing.compare_and_set) plan.warnings.push_back(writing.note);
  return plan;
}

}  // namespace tier0::tools
