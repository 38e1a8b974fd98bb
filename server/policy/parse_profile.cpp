#include "server/policy/parse_profile.h"

#include <algorithm>

#include "server/policy/parse_grant.h"
#include "server/schema/formats.h"

namespace tier0 {
namespace {

std::optional<int> number(const Json& limits, const char* key) {
  const Json* value = find_member(limits, key);
  return value == nullptr ? std::nullopt : std::optional(value->get<int>());
}

bool is_currency(const std::string& code) {
  return code.size() == 3 && std::ranges::all_of(code, [](char c) { return c >= 'A' && c <= 'Z'; });
}

Limits parse_limits(const Document& document, const Json& json, Findings& findings) {
  Limits limits{.calls_per_minute = number(json, "calls_per_minute"),
                .concurrent_calls = number(json, "concurrent_calls")};
  if (const Json* spend = find_member(json, "spend"))
    for (const auto& [currency, amount] : (*spend)["per_month"].items()) {
      if (!is_currency(currency))
        findings.faults.push_back({document.at_key("/limits/spend/per_month/" + currency),
                                   "is no currency code such as USD"});
      limits.spend_per_month[currency] = parse_cents(amount.get_ref<const std::string&>());
    }
  if (const Json* radius = find_member(json, "blast_radius"))
    limits.vps_per_hour = number(*radius, "vps_per_hour");
  return limits;
}

Approvals parse_approvals(const Json& json) {
  Approvals approvals;
  if (const Json* names = find_member(json, "approvers"))
    approvals.approvers = names->get<std::vector<std::string>>();
  if (const Json* quorum = find_member(json, "quorum")) approvals.quorum = quorum->get<int>();
  if (const Json* expires = find_member(json, "expires"))
    approvals.expires =
        std::chrono::seconds(parse_duration_seconds(expires->get_ref<const std::string&>()));
  return approvals;
}

std::vector<Identity> parse_identity(const Document& document, Findings& findings) {
  std::vector<Identity> proofs;
  const Json list = document.value.value("identity", Json::array());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const bool by_token = list[i].contains("token");
    if (by_token == list[i].contains("unix_user"))
      findings.faults.push_back(
          {document.at("/identity/" + std::to_string(i)),
           "is one of token and unix_user; each proof is an item of its own"});
    else if (by_token)
      proofs.push_back({.token_sha256 = list[i]["token"]["sha256"]});
    else
      proofs.push_back({.unix_user = list[i]["unix_user"]});
  }
  return proofs;
}

}  // namespace

AgentProfile parse_profile(const Document& document, const KnownNames& known, Findings& findings) {
  AgentProfile profile{.agent = {document.value["agent"]}, .file = document.name};
  profile.identity = parse_identity(document, findings);
  const Json grants = document.value.value("grants", Json::array());
  for (std::size_t i = 0; i < grants.size(); ++i) {
    profile.grants.push_back(
        parse_grant(document, "/grants/" + std::to_string(i), known, findings));
    profile.grants.back().rule = grant_rule(document, i);
  }
  if (const Json* limits = find_member(document.value, "limits"))
    profile.limits = parse_limits(document, *limits, findings);
  if (const Json* approvals = find_member(document.value, "approvals"))
    profile.approvals = parse_approvals(*approvals);
  return profile;
}

}  // namespace tier0
