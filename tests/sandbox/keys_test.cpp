#include <catch2/catch.hpp>

#include "tests/sandbox/stage.h"

using namespace tier0;
using namespace tier0::sandbox;

namespace {

constexpr const char* kKeys = "/api/vps/v1/public-keys";
constexpr const char* kNewKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBbbbbbbb new@key";

Json created(TestStage& stage) {
  return stage.send("POST", kKeys, {{"name", "deploy"}, {"key", kNewKey}}).body;
}

std::string attach_path(TestStage& stage) {
  return std::string(kKeys) + "/attach/" + std::to_string(stage.vm().id);
}

}  // namespace

TEST_CASE("Attaching a key to a running machine answers hollow and does nothing",
          "[sandbox][keys][quirks]") {
  TestStage stage;
  const Json key = created(stage);
  const auto actions = stage.vm().actions.size();

  const auto reply = stage.send("POST", attach_path(stage), {{"ids", {key.at("id")}}});
  stage.settle();

  CHECK(reply.status == 200);
  CHECK(reply.body == Json{{"id", 0}, {"name", ""}, {"state", ""}});
  CHECK(stage.vm().actions.size() == actions);
  CHECK(authorized_keys(*stage.vm().disk, "root").size() == 1);
}

TEST_CASE("Attaching works where that quirk is off", "[sandbox][keys][quirks]") {
  TestStage stage;
  stage.quirk("attach-noop-on-running", false);
  const Json key = created(stage);

  stage.send("POST", attach_path(stage), {{"ids", {key.at("id")}}});
  stage.settle();

  CHECK(authorized_keys(*stage.vm().disk, "root").back() == kNewKey);
}

TEST_CASE("The keys of a machine are an unknown route", "[sandbox][keys][quirks]") {
  TestStage stage;

  CHECK(stage.get(stage.vm_path() + "/public-keys").status == 404);
  stage.quirk("attached-keys-404", false);
  CHECK(stage.get(stage.vm_path() + "/public-keys").status == 200);
}

TEST_CASE("Deleting a key from the account leaves it on the machine", "[sandbox][keys]") {
  TestStage stage;
  stage.quirk("attach-noop-on-running", false);
  const Json key = created(stage);
  stage.send("POST", attach_path(stage), {{"ids", {key.at("id")}}});
  stage.settle();

  const std::string path = std::string(kKeys) + "/" + std::to_string(key.at("id").get<Id>());
  CHECK(stage.send("DELETE", path).status == 200);

  CHECK(stage.get(kKeys).body.at("data").empty());
  CHECK(authorized_keys(*stage.vm().disk, "root").back() == kNewKey);
}

TEST_CASE("A list of keys comes in pages", "[sandbox][keys]") {
  TestStage stage;
  stage.quirk("page-size", 2);
  for (int i = 0; i < 5; ++i) created(stage);

  const auto last = stage.get(kKeys, {{"page", "3"}});

  CHECK(last.body.at("data").size() == 1);
  CHECK(last.body.at("meta") == Json{{"current_page", 3}, {"per_page", 2}, {"total", 5}});
}

TEST_CASE("The same key is not added to a file twice, whatever its comment", "[sandbox][disk]") {
  Disk disk;

  add_authorized_key(disk, "ada", "ssh-ed25519 AAAAC3one first", 1);
  add_authorized_key(disk, "ada", "ssh-ed25519 AAAAC3two", 2);
  add_authorized_key(disk, "ada", "ssh-ed25519 AAAAC3one again", 3);

  CHECK(authorized_keys(disk, "ada").size() == 2);
  CHECK(disk.files.at("/home/ada/.ssh").mode == 0700);
  CHECK(disk.files.at("/home/ada/.ssh/authorized_keys").mode == 0600);
}
