// Makes a new SSH key, proves it on every host, and only then gives the old one up.
#include <algorithm>

#include "tool_handlers.gen.h"
#include "tools/authorized_keys_file.h"
#include "tools/key_hosts.h"
#include "tools/key_register.h"
#include "tools/rotation_plan.h"
#include "tools/runbook_steps.h"

namespace tier0::tools {
namespace {

std::string scope_of(const StepContext& step) {
  return step.state.at("scope");
}

void take_staged(StepContext& step, const KeyInventory& keys) {
  step.state["version"] = keys.version;
  step.state["line"] = keys.staged->line;
  step.state["staged"] = keys.staged->fingerprint;
  step.state["fingerprint"] = fingerprint_of_line(keys.staged->line);
}

/// A write of the key store may be repeated unchanged: it never happens twice.
StepResult refused_by_store(StepContext& step, const Error& error) {
  constexpr int kTries = 4;
  if (error.maybe_done && step.state.value("store_looks", 0) < kTries)
    return look_again(step, "store_looks");
  if (error.maybe_done) return Unknown{error};
  return Failed{error};
}

StepResult stage_key(StepContext& step) {
  const auto keys = step.tool.keys.stage(scope_of(step), step.state.at("comment"),
                                         step.state.at("version"), step.tool.cancel);
  if (!keys) return refused_by_store(step, keys.error());
  if (!keys->staged)
    return Failed{{.code = Code::Internal, .message = "the key store staged no key", .hint = ""}};
  take_staged(step, *keys);
  return Done{};
}

Found find_staged(StepContext& step) {
  const auto keys = step.tool.keys.inventory(scope_of(step), step.tool.cancel);
  if (!keys && is_passing(keys.error())) return look_again(step, "find_looks");
  if (!keys) return Unknown{keys.error()};
  if (!keys->staged || keys->staged->comment != step.state["comment"]) return Absent{};
  take_staged(step, *keys);
  return Done{};
}

StepResult undo_stage(StepContext& step) {
  auto keys = step.tool.keys.inventory(scope_of(step), step.tool.cancel);
  if (keys)
    keys = step.tool.keys.discard(scope_of(step), step.state.at("staged"), keys->version,
                                  step.tool.cancel);
  if (keys) return Done{};
  constexpr int kTries = 6;
  if ((is_passing(keys.error()) || keys.error().maybe_done) &&
      step.state.value("discard_tries", 0) < kTries)
    return look_again(step, "discard_tries");
  return Failed{keys.error()};
}

StepResult install_key(StepContext& step) {
  return edit_hosts(step, {"installed",
                           [](StepContext& s, const std::string& bytes) {
                             return Result<std::string>(with_line(bytes, s.state.at("line")));
                           },
                           key_before});
}

/// A key that was not committed must open nothing.
StepResult undo_install(StepContext& step) {
  StepResult removed =
      edit_hosts(step, {"removed",
                        [](StepContext& s, const std::string& bytes) {
                          return Result<std::string>(
                              without_keys(bytes, {s.state.at("fingerprint").get<std::string>()}));
                        },
                        key_before});
  if (!std::holds_alternative<Done>(removed)) return removed;
  const std::string failed = failures_in(step.state["hosts"], "removed");
  if (failed.empty()) return Done{};
  return Failed{{.code = Code::Partial, .message = failed, .hint = "Use revoke-key."}};
}

/// Files are read before each write. On the way back there is something left until each host is
/// done.
Found find_installed(StepContext& step) {
  const bool going_back = step.state.value("going_back", false);
  if (going_back && !failures_in(step.state["hosts"], "removed").empty()) return Done{};
  return Absent{};
}

/// Not committed, not pruned: the old key goes on working everywhere, and the new one goes.
Failed some_failed(StepContext& step, const char* phase) {
  step.state["going_back"] = true;
  return Failed{{.code = Code::WrongState,
                 .message = "the new key does not work everywhere, so the old one stays: " +
                            failures_in(step.state["hosts"], phase),
                 .hint = "Repair these hosts and call rotate-keys again, or name the other hosts "
                         "in vps."}};
}

StepResult prove_key(StepContext& step) {
  if (!failures_in(step.state["hosts"], "installed").empty()) return some_failed(step, "installed");
  StepResult proven = prove_hosts(step, KeyUse::Staged, "proven", "installed");
  if (!std::holds_alternative<Done>(proven)) return proven;
  if (!failures_in(step.state["hosts"], "proven").empty()) return some_failed(step, "proven");
  return Done{};
}

StepResult commit_key(StepContext& step) {
  const auto keys = step.tool.keys.commit(scope_of(step), step.state.at("staged"),
                                          step.state.at("version"), step.tool.cancel);
  if (keys) return Done{};
  StepResult refused = refused_by_store(step, keys.error());
  if (std::holds_alternative<Failed>(refused)) step.state["going_back"] = true;
  return refused;
}

Found find_committed(StepContext& step) {
  const auto keys = step.tool.keys.inventory(scope_of(step), step.tool.cancel);
  if (!keys && is_passing(keys.error())) return look_again(step, "find_looks");
  if (!keys) return Unknown{keys.error()};
  if (keys->current && keys->current->fingerprint == step.state["staged"]) return Done{};
  return Absent{};
}

StepResult prove_committed(StepContext& step) {
  StepResult proven = prove_hosts(step, KeyUse::Current, "committed", "proven");
  if (!std::holds_alternative<Done>(proven)) return proven;
  for (const Json& host : step.state["hosts"])
    note_evidence(step, "login with the new key to " + host["host"].get<std::string>(),
                  host["committed"].get<std::string>());
  return Done{};
}

/// The scope's keys on a host beyond the newest `keep`, never the one in use.
std::set<std::string> too_old(const StepContext& step, const std::vector<KeyLine>& lines) {
  std::vector<std::pair<KeyName, std::string>> known;
  for (const KeyLine& line : lines)
    if (const auto name = parse_key_name(line.key.comment); name && name->scope == scope_of(step))
      known.emplace_back(*name, line.key.fingerprint);
  std::sort(known.rbegin(), known.rend());
  std::set<std::string> old;
  for (std::size_t i = step.state.at("keep").get<std::size_t>(); i < known.size(); ++i)
    if (known[i].second != step.state["fingerprint"] && known[i].second != step.state["old"])
      old.insert(known[i].second);
  return old;
}

StepResult prune_hosts(StepContext& step) {
  StepResult pruned = edit_hosts(
      step, {"pruned", [](StepContext& s, const std::string& bytes) {
               return Result<std::string>(without_keys(bytes, too_old(s, key_lines(bytes))));
             }});
  if (!std::holds_alternative<Done>(pruned)) return pruned;
  const std::string failed = failures_in(step.state["hosts"], "pruned");
  if (!failed.empty())
    note_warning(step, "older keys stay on some hosts until the next rotation: " + failed);
  return Done{};
}

StepResult register_new(StepContext& step) {
  return register_key(step, step.state.at("line"));
}

StepResult forget_old(StepContext& step) {
  const auto keys = hosting_of(step).list_keys(step.tool.cancel);
  if (!keys && is_passing(keys.error()) && step.state.value("old_looks", 0) < 4)
    return look_again(step, "old_looks");
  if (!keys) {
    note_warning(step, "older keys stay in the register: " + keys.error().message);
    return Done{};
  }
  std::string all;
  for (const PublicKey& key : *keys) all += key.key + "\n";
  return unregister_keys(step, too_old(step, key_lines(all)));
}

StepResult tell(StepContext& step) {
  Json hosts = Json::array();
  for (const Json& host : step.state["hosts"])
    hosts.push_back({{"vps", host["vps"]},
                     {"host", host["host"]},
                     {"login", host["committed"]},
                     {"pruned", host["pruned"]}});
  std::string summary = "the key " + scope_of(step) + " is " +
                        string_member(step.state, "comment") + " now, proven on " +
                        std::to_string(hosts.size()) + (hosts.size() == 1 ? " host" : " hosts");
  return report(step, std::move(summary),
                {{"scope", step.state["scope"]},
                 {"comment", step.state["comment"]},
                 {"fingerprint", step.state["fingerprint"]},
                 {"previous", step.state["old"]},
                 {"hosts", std::move(hosts)},
                 {"lagging", step.state["lagging"]}});
}

// Steps that edit files or the register look before each write: what they want is a state.
constexpr Step kSteps[] = {{"stage-key", stage_key, find_staged, undo_stage},
                           {"install-key", install_key, find_installed, undo_install},
                           {"prove-key", prove_key, only_reads},
                           {"commit-key", commit_key, find_committed},
                           {"prove-committed", prove_committed, only_reads},
                           {"prune-hosts", prune_hosts, looks_first},
                           {"register-new", register_new, looks_first},
                           {"forget-old", forget_old, looks_first},
                           {"report", tell, only_reads}};

}  // namespace

Runbook rotate_keys() {
  return {.version = 1, .plan = plan_rotation, .steps = kSteps};
}

}  // namespace tier0::tools
