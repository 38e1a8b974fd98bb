#include <catch2/catch.hpp>

#include "server/sandbox/compose.h"
#include "tests/sandbox/stage.h"

using namespace tier0;
using namespace tier0::sandbox;

namespace {

constexpr const char* kTwoServices =
    "services:\n"
    "  web:\n"
    "    image: \"example/web:1\"\n"
    "    healthcheck:\n"
    "      test: [\"CMD\", \"true\"]\n"
    "  db:\n"
    "    image: postgres:16\n"
    "volumes:\n"
    "  data:\n";

void install_docker(TestStage& stage) {
  Disk disk = *stage.vm().disk;
  disk.docker_supported = true;
  stage.vm().disk = std::make_shared<const Disk>(std::move(disk));
}

void create_project(TestStage& stage) {
  const auto reply = stage.send(
      "POST", stage.vm_path() + "/docker",
      {{"project_name", "shop"}, {"content", kTwoServices}, {"environment", "PASSWORD=made-up"}});
  REQUIRE(reply.status == 200);
  stage.settle();
}

}  // namespace

TEST_CASE("An image without Docker Manager refuses every project call",
          "[sandbox][docker][quirks]") {
  TestStage stage;

  const auto read = stage.get(stage.vm_path() + "/docker");
  const auto write = stage.send("POST", stage.vm_path() + "/docker/shop/update");

  CHECK(read.status == 422);
  CHECK(read.body.at("message").get<std::string>().starts_with("[VPS:2044]"));
  CHECK(write.status == 422);
  stage.quirk("docker-unsupported-2044", false);
  CHECK(stage.get(stage.vm_path() + "/docker").status == 200);
}

TEST_CASE("A project comes up with a container for each service", "[sandbox][docker]") {
  TestStage stage;
  install_docker(stage);
  create_project(stage);

  const Json projects = stage.get(stage.vm_path() + "/docker").body;
  const Json contents = stage.get(stage.vm_path() + "/docker/shop").body;

  REQUIRE(projects.size() == 1);
  CHECK(projects[0].at("status") == "running(2)");
  CHECK(projects[0].at("containers")[0].at("health") == "healthy");
  CHECK(projects[0].at("containers")[1].at("health") == "");
  CHECK(contents.at("environment") == "PASSWORD=made-up");
}

TEST_CASE("An update pulls a newer image and keeps the project", "[sandbox][docker]") {
  TestStage stage;
  install_docker(stage);
  create_project(stage);
  const std::string before = stage.vm().disk->projects.at("shop").containers[0].digest;

  stage.send("POST", stage.vm_path() + "/docker/shop/update");
  stage.settle();

  CHECK(stage.vm().disk->projects.at("shop").containers[0].digest != before);
}

TEST_CASE("An update can be told to leave a container unhealthy", "[sandbox][docker][faults]") {
  TestStage stage;
  install_docker(stage);
  create_project(stage);
  stage.fault({{"kind", "unhealthy"}, {"operation", "VPS_updateProjectV1"}});

  stage.send("POST", stage.vm_path() + "/docker/shop/update");
  stage.settle();

  CHECK(stage.get(stage.vm_path() + "/docker").body[0].at("state") == "mixed");
}

TEST_CASE("A stopped project shows as stopped and down removes it with its files",
          "[sandbox][docker]") {
  TestStage stage;
  install_docker(stage);
  create_project(stage);

  stage.send("POST", stage.vm_path() + "/docker/shop/stop");
  stage.settle();
  CHECK(stage.get(stage.vm_path() + "/docker").body[0].at("state") == "stopped");
  stage.send("DELETE", stage.vm_path() + "/docker/shop/down");
  stage.settle();

  CHECK(stage.get(stage.vm_path() + "/docker").body.empty());
  CHECK(!stage.vm().disk->files.contains("/docker/shop/docker-compose.yaml"));
}

TEST_CASE("A text that is no compose file is refused", "[sandbox][docker]") {
  TestStage stage;
  install_docker(stage);

  const auto reply = stage.send("POST", stage.vm_path() + "/docker",
                                {{"project_name", "a b"}, {"content", "hello"}});

  CHECK(reply.status == 422);
  CHECK(reply.body.at("errors").contains("content"));
  CHECK(reply.body.at("errors").contains("project_name"));
}

TEST_CASE("The services of a compose file end where the next section starts", "[sandbox][docker]") {
  const auto services = compose_services(kTwoServices);

  REQUIRE(services.size() == 2);
  CHECK(services[0].name == "web");
  CHECK(services[0].image == "example/web:1");
  CHECK(services[0].has_health_check);
  CHECK(services[1].image == "postgres:16");
}
