// Rules of a firewall. A change of them does nothing until a sync.

#include "server/sandbox/firewall_rules.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "server/base/text.h"
#include "server/sandbox/fields.h"
#include "server/sandbox/handlers.h"
#include "server/sandbox/replies.h"
#include "server/sandbox/views.h"

namespace tier0::sandbox {
namespace {

constexpr std::array<std::string_view, 13> kProtocols = {
    "TCP",    "UDP", "ICMP", "GRE",   "any",   "ESP",       "AH",
    "ICMPv6", "SSH", "HTTP", "HTTPS", "MySQL", "PostgreSQL"};
constexpr std::array<std::string_view, 2> kSources = {"any", "custom"};
constexpr FieldRule kRules[] = {{.name = "protocol", .choices = kProtocols},
                                {.name = "port"},
                                {.name = "source", .choices = kSources},
                                {.name = "source_detail"}};

std::optional<int> port_number(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port < 1 || port > 65535)
    return std::nullopt;
  return port;
}

bool is_port(std::string_view text) {
  if (text == "any" || port_number(text)) return true;
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  const auto low = port_number(text.substr(0, colon));
  const auto high = port_number(text.substr(colon + 1));
  return low && high && *low <= *high;
}

void check_rule(FieldProblems& problems, const Json& rule, const std::string& prefix) {
  problems.check(rule, kRules, prefix);
  const std::string source = string_member(rule, "source");
  const std::string detail = string_member(rule, "source_detail");
  if (!problems.has(prefix + "port") && !is_port(string_member(rule, "port")))
    problems.add(prefix + "port", "The port must be a port, a range such as 1024:2048, or any.");
  if (problems.has(prefix + "source_detail") || problems.has(prefix + "source")) return;
  if (source == "any" && detail != "any")
    problems.add(prefix + "source_detail", "The source detail must be any.");
  if (source == "custom" && !is_address_range(detail))
    problems.add(prefix + "source_detail",
                 "The source detail must be an IP address, a CIDR or a range.");
}

FirewallRule make_rule(World& world, const Json& body, Id id) {
  return {.id = id != 0 ? id : new_id(world),
          .protocol = string_member(body, "protocol"),
          .port = string_member(body, "port"),
          .source = string_member(body, "source"),
          .source_detail = string_member(body, "source_detail")};
}

void changed(Firewall& firewall, Millis now) {
  ++firewall.revision;
  firewall.is_synced = false;
  firewall.updated = now;
}

FirewallRule* path_rule(Call& call, Firewall* firewall) {
  if (firewall == nullptr) return nullptr;
  const auto rule = std::ranges::find(firewall->rules, call.id(1), &FirewallRule::id);
  return rule == firewall->rules.end() ? nullptr : &*rule;
}

}  // namespace

Response create_rule(Call& call) {
  Firewall* firewall = find_firewall(call.account, call.id(0));
  if (firewall == nullptr) return not_found(call.world);
  FieldProblems problems;
  check_rule(problems, call.body, "");
  if (auto refused = problems.response(call.world)) return *refused;
  firewall->rules.push_back(make_rule(call.world, call.body, 0));
  changed(*firewall, call.now);
  return ok(rule_view(firewall->rules.back()));
}

Response update_rule(Call& call) {
  Firewall* firewall = find_firewall(call.account, call.id(0));
  FirewallRule* rule = path_rule(call, firewall);
  if (rule == nullptr) return not_found(call.world);
  FieldProblems problems;
  check_rule(problems, call.body, "");
  if (auto refused = problems.response(call.world)) return *refused;
  *rule = make_rule(call.world, call.body, rule->id);
  changed(*firewall, call.now);
  return ok(rule_view(*rule));
}

Response delete_rule(Call& call) {
  Firewall* firewall = find_firewall(call.account, call.id(0));
  const FirewallRule* rule = path_rule(call, firewall);
  if (rule == nullptr) return not_found(call.world);
  std::erase_if(firewall->rules, [id = rule->id](const FirewallRule& r) { return r.id == id; });
  changed(*firewall, call.now);
  return accepted();
}

Response replace_rules(Call& call) {
  if (!call.world.quirks.on("new-firewall-endpoints")) return no_route(call.world);
  Firewall* firewall = find_firewall(call.account, call.id(0));
  if (firewall == nullptr) return not_found(call.world);
  FieldProblems problems;
  constexpr FieldRule kBody[] = {
      {.name = "rules", .kind = FieldRule::Kind::List},
      {.name = "sync", .kind = FieldRule::Kind::Boolean, .need = FieldRule::Need::Optional}};
  problems.check(call.body, kBody);
  const Json rules = problems.has("rules") ? Json::array() : call.body.at("rules");
  for (std::size_t i = 0; i < rules.size(); ++i)
    check_rule(problems, rules[i], "rules." + std::to_string(i) + ".");
  if (auto refused = problems.response(call.world)) return *refused;
  firewall->rules.clear();
  for (const Json& rule : rules) firewall->rules.push_back(make_rule(call.world, rule, 0));
  changed(*firewall, call.now);
  // The vendor's own programs disagree on where `sync` stands, so both places count.
  const auto asked = call.request.query.find("sync");
  const bool in_query =
      asked != call.request.query.end() && asked->second != "false" && asked->second != "0";
  if (in_query || call.body.value("sync", false)) start_syncs(call, *firewall);
  return ok(firewall_view(*firewall));
}

bool is_address_range(const std::string& text) {
  const auto is_ip = [](const std::string& ip) {
    std::array<unsigned char, 16> binary{};
    return inet_pton(AF_INET, ip.c_str(), binary.data()) == 1 ||
           inet_pton(AF_INET6, ip.c_str(), binary.data()) == 1;
  };
  if (const std::size_t slash = text.find('/'); slash != std::string::npos) {
    int bits = -1;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + slash + 1, end, bits);
    const int most = text.find(':') == std::string::npos ? 32 : 128;
    return error == std::errc() && stop == end && bits >= 0 && bits <= most &&
           is_ip(text.substr(0, slash));
  }
  const std::size_t dash = text.find('-');
  if (dash == std::string::npos) return is_ip(text);
  return is_ip(text.substr(0, dash)) && is_ip(text.substr(dash + 1));
}

}  // namespace tier0::sandbox
