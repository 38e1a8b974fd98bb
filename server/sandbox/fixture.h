#pragma once

#include <optional>
#include <string>

#include "server/sandbox/world.h"

namespace tier0::sandbox {

/// What a fresh world is made from.
struct Seeding {
  std::uint64_t seed = 1;
  double time_scale = 60;
  int requests_per_minute = 120;
  std::string deploy_public_key = {};
  std::optional<Json> fixture = {};  // its members replace the seeded ones
};

/// A fresh world: two accounts, and in the first one plain VM with no firewall and two weekly
/// backups, one card, one subscription and three domains; or what the fixture says.
/// Kind validation where the fixture does not fit.
Result<World> make_world(const Seeding& seeding, std::vector<Token> tokens, Millis now);

/// Sets the rate limit that the options ask for, if it is not the usual one.
Result<Unit> limit_rate(World& world, const Seeding& seeding);

/// Whether there is a token with full rights, without which nobody gets at API or control plane.
bool can_be_reached(const World& world);

/// The three tokens of a new sandbox: full, expired and other. Random.
std::vector<Token> make_tokens();

}  // namespace tier0::sandbox
