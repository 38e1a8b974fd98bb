#include <catch2/catch.hpp>

#include "tests/sandbox/stage.h"

using namespace tier0;
using namespace tier0::sandbox;

TEST_CASE("A world survives being written and read", "[sandbox][state]") {
  TestStage stage;
  stage.send("POST", stage.vm_path() + "/snapshot");
  stage.settle();
  stage.send("POST", stage.vm_path() + "/restart");
  stage.quirk("page-size", 7);
  stage.fault({{"kind", "drop"}, {"nth", 3}});
  Disk disk = *stage.vm().disk;
  disk.files["/bin/odd"] = {.content = std::string("\xff\x00\x01", 3), .mode = 0755};
  stage.vm().disk = std::make_shared<const Disk>(std::move(disk));

  const Json written = to_json_value(stage.world());
  auto read = world_from_json(written);

  INFO((read ? "" : read.error().message));
  REQUIRE(read);
  CHECK(to_json_value(*read) == written);
  CHECK(read->accounts.front().vms.front().disk->files.at("/bin/odd").content.size() == 3);
}

TEST_CASE("A fixture may leave nearly everything out", "[sandbox][fixture]") {
  const Json fixture = {
      {"accounts",
       {{{"name", "main"},
         {"vms",
          {{{"hostname", "a.example.net"}},
           {{"hostname", "b.example.net"}, {"state", "stopped"}, {"template_id", 1121}},
           {{"state", "initial"}}}}}}}};
  TestStage stage({.time_scale = 1, .fixture = fixture});

  const Json list = stage.get("/api/vps/v1/virtual-machines").body;

  REQUIRE(list.size() == 3);
  CHECK(list[0].at("ipv4").size() == 1);
  CHECK(list[1].at("state") == "stopped");
  CHECK(list[1].at("template").at("id") == 1121);
  CHECK(list[2].at("template").is_null());
  CHECK(list[2].at("ipv4").is_null());
  CHECK(list[0].at("id") != list[1].at("id"));
}

TEST_CASE("A fixture that does not fit is refused", "[sandbox][fixture]") {
  const Json fixture = GENERATE(
      Json::array(), Json{{"accounts", 5}}, Json{{"accounts", {{{"vms", {{{"cpus", "two"}}}}}}}},
      Json{{"quirks", {{"unheard-of", true}}}}, Json{{"acounts", Json::array()}},
      Json{{"accounts", {{{"vms", {{{"hostnam", "a"}}}}}}}});
  INFO(fixture.dump());

  const auto world = make_world({.fixture = fixture}, make_tokens(), 0);

  REQUIRE(!world);
  CHECK(world.error().code == Code::Validation);
}
