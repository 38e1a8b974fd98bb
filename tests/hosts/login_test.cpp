#include <catch2/catch.hpp>

#include "server/base/text.h"
#include "server/sandbox/host_login.h"
#include "tests/hosts/test_world.h"

namespace tier0::sandbox {
namespace {

const std::string kPath = "/home/smarteros/.ssh/authorized_keys";

std::string blob_of(const std::string& public_key) {
  return split(public_key, ' ').at(1);
}

/// The machine with another authorized_keys file.
HostState with_keys(TestWorld& world, const std::string& content) {
  world.change_disk_of_17([&content](Disk& disk) { disk.files[kPath].content = content; });
  return *world.host("17");
}

}  // namespace

TEST_CASE("a key in authorized_keys logs its user in, and nobody else", "[hosts][login]") {
  TestWorld world;
  const HostState state = *world.host("17");
  const std::string key = blob_of(world.public_key());

  CHECK(login_by_key(state, "smarteros", key)->user == "smarteros");
  CHECK_FALSE(login_by_key(state, "root", key));
  CHECK_FALSE(login_by_key(state, "nobody", key));
  CHECK_FALSE(login_by_key(state, "../smarteros", key));
  CHECK_FALSE(login_by_key(state, "", key));
  CHECK_FALSE(login_by_key(state, "smarteros", key.substr(0, key.size() - 4)));
  CHECK_FALSE(login_by_key(state, "smarteros", ""));
}

TEST_CASE("a key that was taken out of authorized_keys logs nobody in", "[hosts][login]") {
  TestWorld world;
  const std::string key = blob_of(world.public_key());

  CHECK_FALSE(login_by_key(with_keys(world, ""), "smarteros", key));
  CHECK_FALSE(login_by_key(with_keys(world, "# " + world.public_key()), "smarteros", key));
  CHECK_FALSE(login_by_key(with_keys(world, "no key at all\n"), "smarteros", key));
}

TEST_CASE("the options of a key may force a command", "[hosts][login]") {
  TestWorld world;
  const std::string key = blob_of(world.public_key());
  const HostState state = with_keys(
      world, "restrict,command=\"/usr/local/bin/deploy \\\"a b\\\"\",from=\"10.0.0.0/8\" " +
                 world.public_key());

  const auto login = login_by_key(state, "smarteros", key);

  REQUIRE(login);
  CHECK(login->forced_command == "/usr/local/bin/deploy \"a b\"");
}

TEST_CASE("a key file that others may write is not believed", "[hosts][login]") {
  TestWorld world;
  const std::string key = blob_of(world.public_key());
  for (const char* path :
       {"/home/smarteros", "/home/smarteros/.ssh", "/home/smarteros/.ssh/authorized_keys"}) {
    INFO(path);
    std::uint32_t before = 0;
    world.change_disk_of_17([&](Disk& disk) {
      before = disk.files.at(path).mode;
      disk.files.at(path).mode |= 020;
    });
    CHECK_FALSE(login_by_key(*world.host("17"), "smarteros", key));
    world.change_disk_of_17([&](Disk& disk) { disk.files.at(path).mode = before; });
    CHECK(login_by_key(*world.host("17"), "smarteros", key));
  }
}

TEST_CASE("the rescue system lets root in by its password, and nobody by a key", "[hosts][login]") {
  TestWorld world;
  world.change([](HostState& state) {
    state.power = Power::Rescue;
    state.rescue_password = "Rescue-4711";
  });
  const HostState state = *world.host("17");

  CHECK(login_by_password(state, "root", "Rescue-4711"));
  CHECK_FALSE(login_by_password(state, "root", "Rescue-4712"));
  CHECK_FALSE(login_by_password(state, "root", ""));
  CHECK_FALSE(login_by_password(state, "smarteros", "Rescue-4711"));
  CHECK_FALSE(login_by_key(state, "smarteros", blob_of(world.public_key())));
}

TEST_CASE("a running system lets nobody in by password", "[hosts][login]") {
  TestWorld world;
  world.change([](HostState& state) { state.rescue_password = "Rescue-4711"; });

  CHECK_FALSE(login_by_password(*world.host("17"), "root", "Rescue-4711"));
}

}  // namespace tier0::sandbox
