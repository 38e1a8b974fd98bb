#include "server/sandbox/fixture.h"

#include <algorithm>

#include "server/crypto/crypto.h"
#include "server/sandbox/backups.h"
#include "server/sandbox/catalog.h"
#include "server/sandbox/fixture_machine.h"

namespace tier0::sandbox {
namespace {

/// TYPE BASE64 COMMENT
std::string comment_of(const std::string& key_line) {
  return key_line.substr(key_line.rfind(' ') + 1);
}

Account seeded_account(World& world, const Seeding& seeding, Millis now) {
  Account account{.name = "main"};
  // Seed 1 gives the id that the documentation uses everywhere.
  const auto first_id = static_cast<Id>(17'922 + seeding.seed % 50'000);
  account.vms.push_back(
      {.id = first_id,
       .data_center = 9,
       .plan = "KVM 2",
       .hostname = "web-1.example.net",
       .cpus = 2,
       .memory = 4096,
       .disk_size = 102'400,
       .bandwidth = 8'388'608,
       .ns1 = "1.1.1.1",
       .ns2 = "8.8.8.8",
       .ipv4 = {{.id = 52'347, .address = "203.0.113.10", .ptr = "web-1.example.net"}},
       .template_id = 1077,
       .created = now - 90 * kDay});
  account.cards.push_back({.id = new_id(world),
                           .name = "Credit Card",
                           .identifier = "4242*****4242",
                           .is_default = true,
                           .created = now - 200 * kDay,
                           .expires = now + 500 * kDay});
  const auto domain = [&](std::optional<std::string> name, std::string ns1, std::string ns2) {
    account.domains.push_back({.id = new_id(world),
                               .domain = std::move(name),
                               .ns1 = std::move(ns1),
                               .ns2 = std::move(ns2),
                               .whois = 741'288,
                               .created = now - 120 * kDay,
                               .expires = now + 245 * kDay});
  };
  domain("web-shop.store", "ns1.dns-parking.com", "ns2.dns-parking.com");
  domain("web-app.online", "ada.ns.cloudflare.com", "bob.ns.cloudflare.com");
  domain(std::nullopt, "", "");
  account.domains.back().type = "free_domain";
  account.domains.back().status = "pending_setup";
  account.domains.back().expires.reset();
  if (!seeding.deploy_public_key.empty())
    account.keys.push_back({.id = new_id(world),
                            .name = comment_of(seeding.deploy_public_key),
                            .key = seeding.deploy_public_key});
  return account;
}

/// Somebody else's login, to see that nothing of it shows.
Account other_account(World& world, Millis now) {
  Account account{.name = "other"};
  account.vms.push_back({.id = new_id(world),
                         .plan = "KVM 1",
                         .hostname = "elsewhere.example.org",
                         .template_id = 1130,
                         .created = now - 30 * kDay});
  return account;
}

/// The first member of `given` that reading it left out, as a path; empty where there is none.
std::string lost_member(const Json& given, const Json& read) {
  if (given.is_array() && read.is_array())
    for (std::size_t i = 0; i < given.size() && i < read.size(); ++i)
      if (std::string lost = lost_member(given[i], read[i]); !lost.empty())
        return "/" + std::to_string(i) + lost;
  if (!given.is_object() || !read.is_object()) return {};
  for (const auto& [name, member] : given.items()) {
    // Written back in another form, and checked by their own readers.
    if (name == "quirks" || name == "faults" || name == "base64") continue;
    if (!read.contains(name)) return "/" + name;
    std::string lost = lost_member(member, read.at(name));
    if (!lost.empty()) return lost.insert(0, "/" + name);
  }
  return {};
}

Result<World> from_fixture(const Json& fixture, const Seeding& seeding) {
  T0_TRY(World world, world_from_json(fixture));
  if (const std::string lost = lost_member(fixture, to_json_value(world)); !lost.empty())
    return Error{.code = Code::Validation,
                 .message = "the world has no member " + lost,
                 .hint = "GET /__sim/fixture shows a complete one."};
  if (!fixture.contains("seed")) world.random = world.seed = seeding.seed;
  return world;
}

}  // namespace

Result<World> make_world(const Seeding& seeding, std::vector<Token> tokens, Millis now) {
  const Json fixture = seeding.fixture.value_or(Json::object());
  T0_TRY(World world, from_fixture(fixture, seeding));
  world.time_scale = seeding.time_scale;
  if (!fixture.contains("accounts")) {
    world.accounts.push_back(seeded_account(world, seeding, now));
    world.accounts.push_back(other_account(world, now));
  }
  if (!can_be_reached(world)) world.tokens = std::move(tokens);
  T0_CHECK(limit_rate(world, seeding));
  for (Account& account : world.accounts)
    for (Vm& vm : account.vms) complete_machine(world, account, vm, seeding, now);
  return world;
}

Result<Unit> limit_rate(World& world, const Seeding& seeding) {
  // The usual one leaves alone what the control plane or a fixture has set.
  if (seeding.requests_per_minute == Seeding().requests_per_minute) return Unit{};
  return world.quirks.set("rate-limit-per-minute", seeding.requests_per_minute);
}

bool can_be_reached(const World& world) {
  return std::ranges::find(world.tokens, "full", &Token::id) != world.tokens.end();
}

std::vector<Token> make_tokens() {
  const auto token = [](std::string id, std::string account, bool expired) {
    return Token{.id = std::move(id),
                 .value = "sim_" + crypto::random_id(),
                 .account = std::move(account),
                 .expired = expired};
  };
  return {token("full", "main", false), token("expired", "main", true),
          token("other", "other", false)};
}

}  // namespace tier0::sandbox
