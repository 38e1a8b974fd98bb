// Domain availability and the portfolio, reads only.

#include <algorithm>
#include <array>

#include "server/base/text.h"
#include "server/crypto/crypto.h"
#include "server/sandbox/catalog.h"
#include "server/sandbox/fields.h"
#include "server/sandbox/handlers.h"
#include "server/sandbox/replies.h"
#include "server/sandbox/views.h"

namespace tier0::sandbox {
namespace {

using Kind = FieldRule::Kind;
using Need = FieldRule::Need;

constexpr std::int64_t kMostSuggestions = 50;

bool is_sold(const std::string& tld) {
  return find_price("hostingercom-domain-" + tld + "-usd-1y").price != nullptr;
}

/// A third of all names is taken, always the same third, besides a few that everybody knows.
bool is_free(const World& world, const std::string& domain) {
  constexpr std::array<std::string_view, 5> kTaken = {"acme.com", "example.com", "example.net",
                                                      "example.org", "google.com"};
  if (std::ranges::find(kTaken, domain) != kTaken.end()) return false;
  for (const Account& account : world.accounts)
    if (std::ranges::find(account.domains, std::optional(domain), &Domain::domain) !=
        account.domains.end())
      return false;
  if (domain.starts_with("acme.")) return true;
  const std::string digest = crypto::sha256(domain + "|" + std::to_string(world.seed));
  return static_cast<unsigned char>(digest.front()) % 3 != 0;
}

Json availability(const World& world, const std::string& domain, bool alternative) {
  const std::string tld = domain.substr(domain.find('.') + 1);
  return {{"domain", domain},
          {"is_available", is_sold(tld) && is_free(world, domain)},
          {"is_alternative", alternative},
          {"restriction", nullptr}};
}

/// Free names near the word, in an order that changes from call to call as a model's would.
Json suggestions(World& world, const std::string& word, std::int64_t limit) {
  constexpr std::array<std::string_view, 6> kAround = {"get", "try", "go", "hq", "app", "shop"};
  constexpr std::array<std::string_view, 4> kTlds = {"com", "store", "online", "net"};
  Json names = Json::array();
  const std::uint64_t turn = random_bits(world);
  for (std::size_t i = 0; i < kAround.size() * kTlds.size(); ++i) {
    const std::size_t at = (i + turn) % (kAround.size() * kTlds.size());
    const std::string extra(kAround[at / kTlds.size()]);
    const std::string name =
        (at % 2 == 0 ? extra + word : word + extra) + "." + std::string(kTlds[at % kTlds.size()]);
    if (std::ssize(names) < limit && is_free(world, name)) names.push_back(name);
  }
  return names;
}

/// The first word of a description that could be a name.
std::string word_of(const std::string& text) {
  std::string word;
  for (char c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool usable = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (usable) word += c;
    if (!usable && word.size() > 3) break;
    if (!usable) word.clear();
  }
  return word.empty() ? "site" : word;
}

void check_limit(FieldProblems& problems, const Json& body) {
  if (problems.has("limit")) return;
  const auto limit = body.at("limit").get<std::int64_t>();
  if (limit < 1 || limit > kMostSuggestions)
    problems.add("limit", "The limit must be between 1 and 50.");
}

const Domain* path_domain(const Call& call) {
  const auto found =
      std::ranges::find(call.account.domains, std::optional(call.path.at(0)), &Domain::domain);
  return found == call.account.domains.end() ? nullptr : &*found;
}

void check_tlds(FieldProblems& problems, const Json& tlds) {
  if (tlds.empty()) problems.add("tlds", "The tlds field is required.");
  for (std::size_t i = 0; i < tlds.size(); ++i) {
    const std::string field = "tlds." + std::to_string(i);
    if (!tlds[i].is_string() || tlds[i] == "" || tlds[i].get<std::string>().front() == '.')
      problems.add(field, "The " + field + " must be a TLD without leading dot.");
  }
}

}  // namespace

Response check_availability(Call& call) {
  constexpr FieldRule kRules[] = {
      {.name = "domain", .max = 63},
      {.name = "tlds", .kind = Kind::List},
      {.name = "with_alternatives", .kind = Kind::Boolean, .need = Need::Optional}};
  FieldProblems problems;
  problems.check(call.body, kRules);
  const std::string name = string_member(call.body, "domain");
  if (!problems.has("domain") && !is_lower_fqdn(name + ".tld"))
    problems.add("domain", "The domain must be a name without TLD.");
  if (name.find('.') != std::string::npos && !problems.has("domain"))
    problems.add("domain", "The domain must be a name without TLD.");
  const Json tlds = problems.has("tlds") ? Json::array() : call.body.at("tlds");
  if (!problems.has("tlds")) check_tlds(problems, tlds);
  if (auto refused = problems.response(call.world)) return *refused;
  Json list = Json::array();
  for (const Json& tld : tlds)
    list.push_back(availability(call.world, name + "." + tld.get<std::string>(), false));
  if (tlds.size() == 1 && call.body.value("with_alternatives", false))
    for (const Json& other : suggestions(call.world, name, 5))
      list.push_back(availability(call.world, other.get<std::string>(), true));
  return ok(list);
}

Response suggest_from_domain(Call& call) {
  constexpr FieldRule kRules[] = {{.name = "domain", .min = 1, .max = 255},
                                  {.name = "limit", .kind = Kind::Integer}};
  FieldProblems problems;
  problems.check(call.body, kRules);
  check_limit(problems, call.body);
  if (auto refused = problems.response(call.world)) return *refused;
  const std::string domain = string_member(call.body, "domain");
  return ok(suggestions(call.world, domain.substr(0, domain.find('.')),
                        call.body.at("limit").get<std::int64_t>()));
}

Response suggest_from_description(Call& call) {
  constexpr FieldRule kRules[] = {{.name = "description", .min = 2, .max = 1000},
                                  {.name = "limit", .kind = Kind::Integer}};
  FieldProblems problems;
  problems.check(call.body, kRules);
  check_limit(problems, call.body);
  if (auto refused = problems.response(call.world)) return *refused;
  return ok(suggestions(call.world, word_of(string_member(call.body, "description")),
                        call.body.at("limit").get<std::int64_t>()));
}

Response list_domains(Call& call) {
  Json list = Json::array();
  for (const Domain& domain : call.account.domains) list.push_back(domain_view(domain));
  return ok(list);
}

Response get_domain(Call& call) {
  const Domain* domain = path_domain(call);
  return domain == nullptr ? not_found(call.world) : ok(domain_details_view(*domain));
}

Response get_domain_renewal(Call& call) {
  const Domain* domain = path_domain(call);
  if (domain == nullptr) return not_found(call.world);
  std::string expires = stamp(domain->expires.value_or(domain->created));
  // This one read writes dates in its own way.
  expires[10] = ' ';
  expires.pop_back();
  return ok({{"domain", *domain->domain}, {"status", "Active"}, {"expires_at", expires}});
}

}  // namespace tier0::sandbox
