// A rotation by hand, over the sandbox's own hosts: what rotate-keys builds on.
#include <catch2/catch.hpp>

#include "server/cli/world.h"
#include "server/crypto/crypto.h"
#include "server/store/sqlite_store.h"
#include "tests/fakes/temp_folder.h"

using namespace tier0;
using cli::Simulation;
using cli::World;

namespace {

constexpr std::size_t kFileLimit = 64 * 1024;

/// The sandbox as the commands have it.
struct Sandbox {
  Sandbox() {
    auto made = World::make(config, &simulation, store, clock);
    REQUIRE(made);
    world = *std::move(made);
    const auto hosts = world->hosts({});
    REQUIRE(hosts);
    host = HostName{hosts->begin()->first};
  }

  Result<CommandOutput> log_in(KeyUse key) const {
    return world->ssh().run(
        host, {.argv = {"true"}, .connection = Command::Connection::New, .key = key}, {});
  }

  void let_in(const std::string& line) const {
    const auto keys = world->ssh().read_file(host, ".ssh/authorized_keys", kFileLimit, {});
    REQUIRE(keys);
    REQUIRE(world->ssh().write_file(host,
                                    {.directory = ".ssh",
                                     .name = "authorized_keys",
                                     .bytes = keys->bytes + line + "\n",
                                     .expected_sha256 = crypto::sha256_hex(keys->bytes)},
                                    {}));
  }

  TempFolder folder;
  SystemClock clock;
  config::Config config;
  SqliteStore store{folder / "tier0.db"};
  Simulation simulation{{}, {folder.path()}};
  std::unique_ptr<World> world;
  HostName host;
};

}  // namespace

TEST_CASE("a key of the sandbox is staged, proved on a host and committed", "[cli][rotation]") {
  Sandbox sandbox;
  KeyStore& keys = sandbox.world->keys();
  const auto before = keys.inventory("deploy", {});
  REQUIRE(before);
  CHECK(!sandbox.log_in(KeyUse::Staged));

  const auto staged = keys.stage("deploy", "smarteros:deploy:2026-12:2", before->version, {});
  REQUIRE(staged);
  const auto stranger = sandbox.log_in(KeyUse::Staged);
  sandbox.let_in(staged->staged->line);
  const auto proof = sandbox.log_in(KeyUse::Staged);
  REQUIRE(keys.commit("deploy", staged->staged->fingerprint, staged->version, {}));
  const auto after = sandbox.log_in(KeyUse::Current);

  REQUIRE(!stranger);
  CHECK(to_string(stranger.error().code) == "ssh_auth");
  CHECK(proof);
  CHECK(after);
  CHECK(keys.inventory("deploy", {})->current->line == staged->staged->line);
}
