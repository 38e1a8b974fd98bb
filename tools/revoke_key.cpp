// Takes one of our keys back: from the hosts first, because only they let anybody in.
#include <algorithm>

#include "tool_handlers.gen.h"
#include "tools/authorized_keys_file.h"
#include "tools/key_hosts.h"
#include "tools/key_register.h"
#include "tools/runbook_steps.h"

namespace tier0::tools {
namespace {

/// Nobody may saw off the branch that this server sits on.
Result<Unit> check_not_in_use(ToolContext& context, const std::string& fingerprint) {
  T0_TRY(const KeyInventory keys, context.keys.inventory("deploy", context.cancel));
  const auto is = [&fingerprint](const std::optional<SshPublicKey>& key) {
    return key &&
           (fingerprint_of_line(key->line) == fingerprint || key->fingerprint == fingerprint);
  };
  if (is(keys.current))
    return Error{.code = Code::Conflict,
                 .message = "this is the key that this server logs in with",
                 .hint = "Change it with rotate-keys."};
  if (is(keys.staged))
    return Error{.code = Code::Conflict,
                 .message = "this key is staged by a rotation that is not finished",
                 .hint = "Call rotate-keys again to finish it."};
  return Unit{};
}

struct Place {
  std::vector<KeyHost> hosts;
  std::string comment;
};

/// Where it lies; refuses a key that is not ours, and to leave a host without any.
Result<Place> find_key(ToolContext& context, const std::vector<KeyHost>& hosts,
                       const std::string& fingerprint) {
  Place found;
  for (const KeyHost& one : hosts) {
    T0_TRY(const KeysFile file, read_keys_file(context, one.host));
    const std::vector<KeyLine> lines = key_lines(file.bytes);
    std::size_t others = 0;
    bool there = false;
    for (const KeyLine& line : lines) {
      if (line.key.fingerprint != fingerprint) {
        ++others;
        continue;
      }
      there = true;
      found.comment = line.key.comment;
      if (!line.is_ours())
        return Error{.code = Code::Forbidden,
                     .message = "this key on " + one.host.value + " is not one of ours",
                     .hint = "Foreign keys are removed by hand only."};
    }
    if (there && others == 0)
      return Error{.code = Code::WrongState,
                   .message = "it is the last key on " + one.host.value,
                   .hint = "Nobody could log in any more."};
    if (there) found.hosts.push_back(one);
  }
  return found;
}

Result<bool> is_registered(ToolContext& context, const std::string& fingerprint) {
  for (const Account& account : context.accounts) {
    T0_TRY(const std::vector<PublicKey> keys, account.api->list_keys(context.cancel));
    for (const PublicKey& key : keys)
      if (fingerprint_of_line(key.key) == fingerprint) return true;
  }
  return false;
}

Result<Plan> plan(ToolContext& context, const Json& args) {
  const std::string fingerprint = args.at("fingerprint");
  T0_CHECK(check_not_in_use(context, fingerprint));
  T0_TRY(const std::vector<KeyHost> hosts, key_hosts(context, args));
  T0_TRY(const Place found, find_key(context, hosts, fingerprint));
  // The register is the account's, not a host's: only a call for all hosts clears it.
  const bool everywhere = !args.contains("vps");
  T0_TRY(const bool registered,
         everywhere ? is_registered(context, fingerprint) : Result<bool>(false));
  Plan plan{.summary = "revoke " + fingerprint,
            .targets = Json::array(),
            .lost = Json::array(),
            .duration = std::chrono::seconds(5 * found.hosts.size() + 2),
            .rollback = "grant-key with the same public key",
            .observed = {{"hosts", hosts_json(found.hosts)}, {"registered", registered}},
            .state = {{"fingerprint", fingerprint},
                      {"registered", registered},
                      {"hosts", hosts_json(found.hosts)}},
            .nothing_to_do = found.hosts.empty() && !registered,
            .leases = host_leases(found.hosts)};
  plan.leases.emplace_back("keys:deploy");
  for (const KeyHost& one : found.hosts) {
    plan.effects.push_back(found.comment + " can no longer log in to " + one.host.value);
    plan.targets.push_back({{"kind", "vps"}, {"id", one.vps.value}, {"name", one.host.value}});
  }
  if (registered) plan.effects.push_back("new VPSs do not get it any more");
  if (plan.nothing_to_do) plan.summary = "the key is nowhere";
  return plan;
}

StepResult remove_from_hosts(StepContext& step) {
  return edit_hosts(step, {"result", [](StepContext& s, const std::string& bytes) {
                             return Result<std::string>(without_keys(
                                 bytes, {s.state.at("fingerprint").get<std::string>()}));
                           }});
}

/// While it opens a host the register keeps it, so that the next call finds it.
StepResult check_hosts(StepContext& step) {
  const std::string failed = failures_in(step.state["hosts"], "result");
  if (failed.empty()) return Done{};
  return Failed{{.code = Code::Partial,
                 .message = "the key still opens some hosts: " + failed,
                 .hint = "Call revoke-key again when they can be reached."}};
}

StepResult remove_from_register(StepContext& step) {
  if (!step.state["registered"].get<bool>()) return Done{};
  return unregister_keys(step, {step.state.at("fingerprint").get<std::string>()});
}

StepResult tell(StepContext& step) {
  Json hosts = Json::array();
  for (const Json& host : step.state["hosts"]) {
    note_evidence(step, "authorized_keys on " + host["host"].get<std::string>(), "read back");
    hosts.push_back({{"vps", host["vps"]}, {"host", host["host"]}, {"result", host["result"]}});
  }
  std::string summary = "the key was removed from " + std::to_string(hosts.size()) +
                        (hosts.size() == 1 ? " host" : " hosts");
  return report(step, std::move(summary),
                {{"fingerprint", step.state["fingerprint"]}, {"hosts", std::move(hosts)}});
}

constexpr Step kSteps[] = {{"remove-from-hosts", remove_from_hosts, looks_first},
                           {"check-hosts", check_hosts, only_reads},
                           {"remove-from-register", remove_from_register, looks_first},
                           {"report", tell, only_reads}};

}  // namespace

Runbook revoke_key() {
  return {.version = 1, .plan = plan, .steps = kSteps};
}

}  // namespace tier0::tools
