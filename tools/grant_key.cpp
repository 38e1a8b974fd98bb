// Lets somebody else's public key log in, named so that it can be found and taken back.
#include <algorithm>
#include <array>

#include "server/base/text.h"
#include "server/crypto/crypto.h"
#include "tool_handlers.gen.h"
#include "tools/address_range.h"
#include "tools/authorized_keys_file.h"
#include "tools/key_hosts.h"
#include "tools/runbook_steps.h"

namespace tier0::tools {
namespace {

constexpr std::array<std::string_view, 7> kTypes = {"ssh-ed25519",
                                                    "sk-ssh-ed25519@openssh.com",
                                                    "ecdsa-sha2-nistp256",
                                                    "ecdsa-sha2-nistp384",
                                                    "ecdsa-sha2-nistp521",
                                                    "sk-ecdsa-sha2-nistp256@openssh.com",
                                                    "ssh-rsa"};
constexpr std::size_t kShortestRsa = 2048 / 8;

Error bad_key(const std::string& problem) {
  return {.code = Code::Validation,
          .message = "public_key " + problem,
          .hint = "Give the one line of a .pub file, without options in front.",
          .details = {{"public_key", problem}}};
}

/// The length-prefixed fields of a key (RFC 4253 6.6); empty where they do not add up.
std::vector<std::string> fields_of(const std::string& blob) {
  std::vector<std::string> fields;
  std::size_t at = 0;
  while (at + 4 <= blob.size()) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < 4; ++i)
      size = size << 8U | static_cast<unsigned char>(blob[at + i]);
    at += 4;
    if (size > blob.size() - at) return {};
    fields.push_back(blob.substr(at, size));
    at += size;
  }
  if (at != blob.size()) return {};
  return fields;
}

/// "type base64" of a line that holds one public key and nothing that could be an option.
Result<std::string> plain_key(const std::string& line) {
  if (line.find("PRIVATE KEY") != std::string::npos)
    return bad_key("is a private key: never give one away, make a new pair");
  if (line.find_first_of("\r\n") != std::string::npos) return bad_key("is more than one line");
  const std::vector<std::string> words = split(std::string(trim(line)), ' ');
  if (words.size() < 2) return bad_key("is no public key");
  if (std::ranges::find(kTypes, words[0]) == kTypes.end())
    return bad_key("is of no type that is accepted");
  const auto blob = crypto::base64_decode(words[1]);
  if (!blob) return bad_key("is damaged");
  const std::vector<std::string> fields = fields_of(*blob);
  if (fields.size() < 2 || fields[0] != words[0]) return bad_key("is damaged");
  if (words[0] == "ssh-rsa" && (fields.size() != 3 || fields[2].size() < kShortestRsa))
    return bad_key("is an RSA key of less than 2048 bits");
  return words[0] + " " + words[1];
}

/// Options of sshd(8): all forwarding off; a session only where no command is named.
Result<std::string> options_of(const Json& args) {
  std::string options = "restrict";
  const std::string command = string_member(args, "command");
  if (command.empty())
    options += ",pty";
  else if (command.find_first_of("\"\\ \t") != std::string::npos)
    return Error{.code = Code::Validation,
                 .message = "command is more than one plain path",
                 .hint = "Name one program by its absolute path.",
                 .details = {{"command", "must hold no quotes, blanks or backslashes"}}};
  else
    options += ",command=\"" + command + "\"";
  std::vector<std::string> from;
  for (const Json& one : args.value("from", Json::array())) {
    if (!parse_address_range(one.get<std::string>()) ||
        one.get<std::string>().find('-') != std::string::npos)
      return Error{.code = Code::Validation,
                   .message = "from holds something that is no address or CIDR",
                   .hint = "Write 203.0.113.7 or 203.0.113.0/24.",
                   .details = {{"from", "must be addresses or CIDRs"}}};
    from.push_back(one);
  }
  if (!from.empty()) options += ",from=\"" + join(from, ",") + "\"";
  return options;
}

/// Without the hosts: the same key, under the same name, lets in the same.
struct Grant {
  std::string line;
  std::string fingerprint;
  std::string comment;
};

Result<Grant> grant_of(const Json& args, WallTime now) {
  T0_TRY(const std::string key, plain_key(args.at("public_key")));
  T0_TRY(const std::string options, options_of(args));
  const std::string name = args.at("name");
  if (name == "deploy")
    return Error{.code = Code::Validation,
                 .message = "deploy is the name of this server's own key",
                 .hint = "Name the person or tenant.",
                 .details = {{"name", "must not be deploy"}}};
  Grant grant;
  grant.comment = std::string(kOurKeys) + name + ":" + format_time(now).substr(0, 7) + ":1";
  grant.line = options + " " + key + " " + grant.comment;
  grant.fingerprint = fingerprint_of_line(key);
  return grant;
}

/// Whether the host has it, in the words that are wanted; another form of it is a conflict.
Result<bool> is_granted(const std::string& bytes, const Grant& grant) {
  const auto prefix = [](const std::string& line) { return line.substr(0, line.rfind(':')); };
  for (const KeyLine& line : key_lines(bytes)) {
    if (line.key.fingerprint != grant.fingerprint) continue;
    // The month of an older grant does not matter, its restrictions and its name do.
    const bool same = prefix(line.line.substr(0, line.line.rfind(':'))) ==
                      prefix(grant.line.substr(0, grant.line.rfind(':')));
    if (same) return true;
    return Error{.code = Code::Conflict,
                 .message = line.is_ours() ? "this key is there with another name or restrictions"
                                           : "this key is there already, and not one of ours",
                 .hint = "Take it back with revoke-key first, or remove it by hand."};
  }
  return false;
}

Result<Plan> plan(ToolContext& context, const Json& args) {
  T0_TRY(const Grant grant, grant_of(args, context.clock.wall()));
  T0_TRY(const std::vector<KeyHost> hosts, key_hosts(context, args));
  Plan plan{.summary = "let the key of " + args.at("name").get<std::string>() + " log in",
            .targets = Json::array(),
            .duration = std::chrono::seconds(5 * hosts.size()),
            .rollback = "revoke-key " + grant.fingerprint,
            .state = {{"name", args.at("name")},
                      {"line", grant.line},
                      {"fingerprint", grant.fingerprint},
                      {"hosts", hosts_json(hosts)},
                      {"granted", Json::array()}},
            .nothing_to_do = true,
            .leases = host_leases(hosts)};
  for (const KeyHost& one : hosts) {
    T0_TRY(const KeysFile file, read_keys_file(context, one.host));
    T0_TRY(const bool granted, is_granted(file.bytes, grant));
    plan.observed[one.vps.value] = granted;
    plan.targets.push_back({{"kind", "vps"}, {"id", one.vps.value}, {"name", one.host.value}});
    if (granted) {
      plan.state["granted"].push_back(one.vps.value);
      continue;
    }
    plan.nothing_to_do = false;
    plan.effects.push_back(grant.comment + " can log in to " + one.host.value);
  }
  if (!args.contains("command"))
    plan.warnings.emplace_back("without command the key opens a whole session of the deploy user");
  if (plan.nothing_to_do) plan.summary = "the key is there already";
  return plan;
}

StepResult add_key(StepContext& step) {
  return edit_hosts(step, {"result", [](StepContext& s, const std::string& bytes) {
                             return Result<std::string>(with_line(bytes, s.state.at("line")));
                           }});
}

StepResult check_hosts(StepContext& step) {
  const std::string failed = failures_in(step.state["hosts"], "result");
  if (failed.empty()) return Done{};
  return Failed{{.code = Code::Partial,
                 .message = "the key is not everywhere: " + failed,
                 .hint = "Call again for these hosts, or take it back with revoke-key."}};
}

StepResult tell(StepContext& step) {
  Json hosts = Json::array();
  for (const Json& host : step.state["hosts"]) {
    note_evidence(step, "authorized_keys on " + host["host"].get<std::string>(), "read back");
    hosts.push_back({{"vps", host["vps"]}, {"host", host["host"]}, {"result", host["result"]}});
  }
  return report(step, "the key of " + string_member(step.state, "name") + " can log in",
                {{"name", step.state["name"]},
                 {"fingerprint", step.state["fingerprint"]},
                 {"hosts", std::move(hosts)}});
}

// What is wanted is a state of files, read before each write.
constexpr Step kSteps[] = {{"add-key", add_key, looks_first},
                           {"check-hosts", check_hosts, only_reads},
                           {"report", tell, only_reads}};

}  // namespace

Runbook grant_key() {
  return {.version = 1, .plan = plan, .steps = kSteps};
}

}  // namespace tier0::tools
