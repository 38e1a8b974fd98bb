#include <catch2/catch.hpp>

#include "tests/sandbox/stage.h"

using namespace tier0;
using namespace tier0::sandbox;

namespace {

std::string restore_path(TestStage& stage) {
  const Json backups = stage.get(stage.vm_path() + "/backups").body.at("data");
  return stage.vm_path() + "/backups/" + std::to_string(backups[0].at("id").get<Id>()) + "/restore";
}

}  // namespace

TEST_CASE("A fresh world has two weekly backups and no snapshot", "[sandbox][backups]") {
  TestStage stage;

  const auto backups = stage.get(stage.vm_path() + "/backups");
  const auto snapshot = stage.get(stage.vm_path() + "/snapshot");

  CHECK(backups.body.at("data").size() == 2);
  CHECK(backups.body.at("meta").at("total") == 2);
  CHECK(snapshot.status == 200);
  CHECK(snapshot.body.at("id") == 0);
  CHECK(snapshot.body.at("created_at") == snapshot.body.at("expires_at"));
}

TEST_CASE("No snapshot can be a plain 404", "[sandbox][snapshots][quirks]") {
  TestStage stage;
  stage.quirk("snapshot-none-is-id-0", false);

  CHECK(stage.get(stage.vm_path() + "/snapshot").status == 404);
}

TEST_CASE("Restoring a backup brings back the disk of that time and deletes the snapshot",
          "[sandbox][backups]") {
  TestStage stage;
  stage.send("POST", stage.vm_path() + "/snapshot");
  stage.settle();
  const DiskPtr before = stage.vm().disk;
  const auto retired = [](const Disk& disk) { return authorized_keys(disk, "smarteros").size(); };
  REQUIRE(retired(*before) == 0);

  const auto reply = stage.send("POST", restore_path(stage));
  REQUIRE(reply.status == 200);
  stage.pass(5);
  CHECK(stage.vm().state == "restoring");
  stage.settle();

  CHECK(stage.vm().state == "running");
  CHECK(stage.vm().disk->image != before->image);
  CHECK(stage.vm().disk->host_key_seed == before->host_key_seed);
  CHECK(retired(*stage.vm().disk) == 1);
  CHECK(!stage.vm().snapshot);
}

TEST_CASE("A restore at the sandbox's usual scale takes less than twenty seconds",
          "[sandbox][backups]") {
  TestStage stage({.time_scale = 60, .requests_per_minute = 0});

  stage.send("POST", restore_path(stage));
  stage.pass(15);

  CHECK(stage.vm().state == "running");
  CHECK(stage.vm().busy_with == 0);
}

TEST_CASE("A backup that rotated away cannot be restored", "[sandbox][backups]") {
  TestStage stage;
  const std::string path = restore_path(stage);
  stage.pass(15 * 86'400);

  CHECK(stage.send("POST", path).status == 404);
}

TEST_CASE("The schedule keeps the two newest backups of each kind", "[sandbox][backups]") {
  TestStage stage;
  stage.vm().daily_backups = true;
  stage.pass(40 * 86'400);

  const Json list = stage.get(stage.vm_path() + "/backups").body.at("data");

  CHECK(list.size() == 4);
}

TEST_CASE("A snapshot overwrites the only slot and expires after twenty days",
          "[sandbox][snapshots]") {
  TestStage stage;
  stage.send("POST", stage.vm_path() + "/snapshot");
  stage.settle();
  const Id first = stage.vm().snapshot->id;
  stage.send("POST", stage.vm_path() + "/snapshot");
  stage.settle();
  CHECK(stage.vm().snapshot->id != first);

  stage.pass(19 * 86'400);
  CHECK(stage.vm().snapshot);
  stage.pass(2 * 86'400);
  CHECK(!stage.vm().snapshot);
}

TEST_CASE("Restoring a snapshot that does not exist is refused", "[sandbox][snapshots]") {
  TestStage stage;

  CHECK(stage.send("POST", stage.vm_path() + "/snapshot/restore").status == 422);
  CHECK(stage.send("DELETE", stage.vm_path() + "/snapshot").status == 422);
}

TEST_CASE("Restoring a snapshot keeps it and brings its files back", "[sandbox][snapshots]") {
  TestStage stage;
  stage.send("POST", stage.vm_path() + "/snapshot");
  stage.settle();
  Disk changed = *stage.vm().disk;
  changed.files["/srv/new"] = {.content = "later"};
  stage.vm().disk = std::make_shared<const Disk>(std::move(changed));

  stage.send("POST", stage.vm_path() + "/snapshot/restore");
  stage.settle();

  CHECK(!stage.vm().disk->files.contains("/srv/new"));
  CHECK(stage.vm().snapshot);
}
