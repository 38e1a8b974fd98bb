#include <catch2/catch.hpp>

#include "server/sandbox/host_files.h"
#include "server/sandbox/host_storage.h"
#include "tests/hosts/test_world.h"

namespace tier0::sandbox {
namespace {

Code code_of(const Result<std::string>& content) {
  REQUIRE_FALSE(content);
  return content.error().code;
}

Result<std::string> read(const TestWorld& world, const std::string& user, const std::string& path) {
  const HostState state = *world.host("17");
  return HostFiles(state, user, world.now()).read(path);
}

void link(TestWorld& world, const std::string& path, const std::string& target) {
  world.change_disk_of_17(
      [&](Disk& disk) { disk.files[path] = {.kind = File::Kind::Link, .content = target}; });
}

}  // namespace

TEST_CASE("host files follow dots, links and the home folder", "[hosts][files]") {
  TestWorld world;
  link(world, "/home/smarteros/here", "../../etc/hostname");
  link(world, "/to-etc", "/etc");

  CHECK(*read(world, "smarteros", "/etc/../etc/./hostname") == "web-1.example\n");
  CHECK(*read(world, "smarteros", "here") == "web-1.example\n");
  CHECK(*read(world, "smarteros", "/to-etc/hostname") == "web-1.example\n");
  CHECK(*read(world, "smarteros", "/../../etc/hostname") == "web-1.example\n");
}

TEST_CASE("links that go round end", "[hosts][files]") {
  TestWorld world;
  link(world, "/a", "/b");
  link(world, "/b", "/a");

  CHECK(code_of(read(world, "root", "/a")) == Code::Validation);
  CHECK(code_of(read(world, "root", "/a/x")) == Code::Validation);
}

TEST_CASE("a user reads only what mode and owner allow", "[hosts][files]") {
  TestWorld world;
  world.change_disk_of_17([](Disk& disk) { disk.files["/root/x"] = {.content = "x"}; });

  CHECK(code_of(read(world, "smarteros", "/etc/shadow")) == Code::Forbidden);
  CHECK(code_of(read(world, "smarteros", "/root/x")) == Code::Forbidden);
  CHECK(read(world, "root", "/etc/shadow"));
  CHECK(read(world, "root", "/root/x"));
  CHECK(read(world, "smarteros", ".ssh/authorized_keys"));
}

TEST_CASE("host files say what is missing and what is a folder", "[hosts][files]") {
  TestWorld world;

  CHECK(code_of(read(world, "root", "/none")) == Code::NotFound);
  CHECK(code_of(read(world, "root", "/etc/hostname/x")) == Code::NotFound);
  CHECK(code_of(read(world, "root", "/etc")) == Code::Validation);
  CHECK(code_of(read(world, "root", "")) == Code::Validation);
}

TEST_CASE("a folder lists what lies in it", "[hosts][files]") {
  TestWorld world;
  const HostState state = *world.host("17");
  const HostFiles files(state, "smarteros", world.now());

  CHECK(*files.list("/") == std::vector<std::string>{"etc", "home", "root"});
  CHECK(*files.list("/etc") == std::vector<std::string>{"hostname", "shadow"});
  CHECK_FALSE(files.list("/root"));
  CHECK_FALSE(files.list("/etc/hostname"));
}

TEST_CASE("in the rescue system the disk lies under /mnt", "[hosts][files]") {
  TestWorld world;
  world.change([](HostState& state) { state.power = Power::Rescue; });

  CHECK(*read(world, "root", kRescueMount + "/etc/hostname") == "web-1.example\n");
  CHECK(code_of(read(world, "root", "/etc/hostname")) == Code::NotFound);
}

TEST_CASE("a renamed file replaces another only where it may", "[hosts][files]") {
  TestWorld world;
  HostStorage storage(world, "17", "smarteros");
  REQUIRE(storage.create("new", 0600, HostStorage::IfThere::Refuse));
  REQUIRE(storage.write("/home/smarteros/new", "fresh"));

  const auto strict =
      storage.rename("new", ".ssh/authorized_keys", HostStorage::Target::MustNotExist);
  const auto posix =
      storage.rename("new", ".ssh/authorized_keys", HostStorage::Target::MayBeReplaced);

  CHECK(strict.error().code == Code::Conflict);
  CHECK(posix);
  CHECK(*read(world, "smarteros", ".ssh/authorized_keys") == "fresh");
  CHECK(code_of(read(world, "smarteros", "new")) == Code::NotFound);
}

TEST_CASE("a user changes nothing outside of what is writable", "[hosts][files]") {
  TestWorld world;
  HostStorage storage(world, "17", "smarteros");
  const DiskPtr before = world.host("17")->disk;

  CHECK_FALSE(storage.create("/etc/new", 0600, HostStorage::IfThere::Keep));
  CHECK_FALSE(storage.create("/etc/hostname", 0600, HostStorage::IfThere::Keep));
  CHECK_FALSE(storage.make_folder("/new", 0755));
  CHECK_FALSE(storage.remove("/etc/hostname", File::Kind::Regular));
  CHECK_FALSE(storage.rename("/etc/hostname", "mine", HostStorage::Target::MayBeReplaced));
  CHECK_FALSE(storage.set_mode("/etc/hostname", 0777));

  CHECK(world.host("17")->disk == before);
}

TEST_CASE("a folder moves with all that is in it, and is removed only when empty",
          "[hosts][files]") {
  TestWorld world;
  HostStorage storage(world, "17", "root");
  REQUIRE(storage.make_folder("/srv", 0755));
  REQUIRE(storage.make_folder("/srv/a", 0755));
  REQUIRE(storage.create("/srv/a/file", 0644, HostStorage::IfThere::Refuse));

  CHECK_FALSE(storage.remove("/srv/a", File::Kind::Directory));
  CHECK_FALSE(storage.rename("/srv/a", "/srv/a/b", HostStorage::Target::MustNotExist));
  CHECK(storage.rename("/srv/a", "/srv/b", HostStorage::Target::MustNotExist));
  CHECK(read(world, "root", "/srv/b/file"));
  CHECK(storage.remove("/srv/b/file", File::Kind::Regular));
  CHECK(storage.remove("/srv/b", File::Kind::Directory));
}

}  // namespace tier0::sandbox
