#include "tools/firewall_rules.h"

#include <algorithm>
#include <charconv>

#include "tools/address_range.h"

namespace tier0::tools {
namespace {

constexpr int kSshPort = 22;

FirewallMatch match_from(const ProfileRule& rule, const std::string& from) {
  if (from == "any") return {.protocol = rule.protocol, .port = rule.port};
  return {.protocol = rule.protocol, .port = rule.port, .source = "custom", .source_detail = from};
}

Error no_operator() {
  return {.code = Code::NotConfigured,
          .message = "no address of the operator is configured",
          .hint =
              "The owner sets operator.cidrs in tier0.yaml. Until then SSH must stay open to "
              "any, as in the profile web."};
}

/// Of "22", "1024:2048" or "any".
bool includes_port(std::string_view text, int port) {
  if (text == "any") return true;
  int low = 0;
  const char* const end = text.data() + text.size();
  const auto [after, error] = std::from_chars(text.data(), end, low);
  if (error != std::errc()) return false;
  if (after == end) return low == port;
  int high = 0;
  if (*after != ':' || std::from_chars(after + 1, end, high).ec != std::errc()) return false;
  return low <= port && port <= high;
}

bool lets_ssh_in(const FirewallMatch& match) {
  if (match.protocol != "TCP" && match.protocol != "SSH" && match.protocol != "any") return false;
  return includes_port(match.port, kSshPort);
}

bool lets_in(const FirewallMatch& match, const AddressRange& who) {
  if (match.source == "any") return true;
  const auto from = parse_address_range(match.source_detail);
  return from && covers(*from, who);
}

}  // namespace

Result<std::vector<FirewallMatch>> matches_of(std::span<const ProfileRule> rules,
                                              const OwnerRules& owner) {
  std::vector<FirewallMatch> matches;
  const auto add = [&matches](FirewallMatch match) {
    if (std::ranges::find(matches, match) == matches.end()) matches.push_back(std::move(match));
  };
  for (const ProfileRule& rule : rules) {
    if (rule.from == "operator") {
      if (owner.operator_cidrs.empty()) return no_operator();
      for (const std::string& cidr : owner.operator_cidrs) add(match_from(rule, cidr));
      continue;
    }
    if (rule.from != "any" && !parse_address_range(rule.from))
      return Error{.code = Code::Validation,
                   .message = "\"" + rule.from + "\" is no source of a rule",
                   .hint = "Write any, operator, an address, a CIDR or FIRST-LAST.",
                   .details = {{"rules", "from is any, operator, an address, a CIDR or a range"}}};
    add(match_from(rule, rule.from));
  }
  return matches;
}

std::vector<FirewallMatch> matches_of(const Firewall& firewall) {
  std::vector<FirewallMatch> matches;
  for (const FirewallRule& rule : firewall.rules) matches.push_back(rule.match);
  return matches;
}

Json matches_json(const std::vector<FirewallMatch>& matches) {
  Json json = Json::array();
  for (const FirewallMatch& match : matches)
    json.push_back(Json::array({match.protocol, match.port, match.source, match.source_detail}));
  return json;
}

std::vector<FirewallMatch> matches_from(const Json& json) {
  std::vector<FirewallMatch> matches;
  for (const Json& one : json)
    matches.push_back(
        {.protocol = one[0], .port = one[1], .source = one[2], .source_detail = one[3]});
  return matches;
}

std::string text_of(const FirewallMatch& match) {
  return match.protocol + " " + match.port + " from " +
         (match.source == "any" ? "any" : match.source_detail);
}

Json texts_of(const std::vector<FirewallMatch>& matches) {
  std::vector<std::string> texts;
  for (const FirewallMatch& match : matches) texts.push_back(text_of(match));
  std::ranges::sort(texts);
  return texts;
}

RuleChanges changes_between(const Firewall& now, const std::vector<FirewallMatch>& wanted) {
  RuleChanges changes{.missing = wanted, .surplus = {}};
  for (const FirewallRule& rule : now.rules) {
    const auto found = std::ranges::find(changes.missing, rule.match);
    if (found == changes.missing.end())
      changes.surplus.push_back(rule);
    else
      changes.missing.erase(found);
  }
  return changes;
}

std::optional<Error> lock_out(const std::vector<FirewallMatch>& rules, const OwnerRules& owner) {
  std::vector<FirewallMatch> ssh;
  std::ranges::copy_if(rules, std::back_inserter(ssh), lets_ssh_in);
  if (std::ranges::any_of(ssh, [](const FirewallMatch& rule) { return rule.source == "any"; }))
    return std::nullopt;
  std::vector<std::string> must = owner.operator_cidrs;
  must.insert(must.end(), owner.egress.begin(), owner.egress.end());
  if (must.empty()) return no_operator();
  for (const std::string& address : must) {
    const auto range = parse_address_range(address);
    const bool in = range && std::ranges::any_of(ssh, [&range](const FirewallMatch& rule) {
                      return lets_in(rule, *range);
                    });
    if (!in)
      return Error{.code = Code::Validation,
                   .message = "these rules would lock " + address + " out of SSH",
                   .hint = "Add a rule for TCP " + std::to_string(kSshPort) + " from " + address +
                           ", or from operator.",
                   .details = {{"rules", "no rule lets " + address + " in by SSH"}}};
  }
  return std::nullopt;
}

}  // namespace tier0::tools
