#include <catch2/catch.hpp>

#include "tests/sandbox/stage.h"

using namespace tier0;
using namespace tier0::sandbox;

namespace {

constexpr const char* kVms = "/api/vps/v1/virtual-machines";
constexpr const char* kInstalledKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBbbbbbb new@key";

Json order(const std::string& hostname) {
  return {{"item_id", "hostingercom-vps-kvm2-usd-1m"},
          {"setup",
           {{"template_id", 1121},
            {"data_center_id", 9},
            {"hostname", hostname},
            {"public_key", {{"name", "deploy"}, {"key", kInstalledKey}}}}}};
}

}  // namespace

TEST_CASE("A purchase charges once and delivers a machine that ends up running with the key",
          "[sandbox][purchase]") {
  TestStage stage;
  const auto subscriptions = stage.account().subscriptions.size();

  const auto reply = stage.send("POST", kVms, order("shop.example.net"));
  REQUIRE(reply.status == 200);
  CHECK(reply.body.at("order").at("status") == "completed");
  CHECK(reply.body.at("order").at("subtotal") == 899);
  CHECK(reply.body.at("virtual_machine").at("state") == "creating");
  CHECK(reply.body.at("virtual_machine").at("ipv4").is_null());
  stage.settle();
  const Vm& vm = stage.account().vms.back();

  CHECK(vm.state == "running");
  CHECK(vm.hostname == "shop.example.net");
  CHECK(vm.ipv4.size() == 1);
  CHECK(authorized_keys(*vm.disk, "root") == std::vector<std::string>{kInstalledKey});
  CHECK(vm.disk->docker_supported);
  CHECK(stage.account().subscriptions.size() == subscriptions + 1);
  CHECK(vm.subscription == stage.account().subscriptions.back().id);
}

TEST_CASE("A bare label as hostname is refused after the charge", "[sandbox][purchase][quirks]") {
  TestStage stage;

  const auto reply = stage.send("POST", kVms, order("shop"));

  CHECK(reply.status == 422);
  CHECK(reply.answer.effect == "applied");
  CHECK(stage.account().orders.size() == 1);
  CHECK(stage.account().vms.back().state == "initial");
}

TEST_CASE("Without that quirk a bare label costs nothing", "[sandbox][purchase][quirks]") {
  TestStage stage;
  stage.quirk("hostname-bare-label-422-after-charge", false);

  const auto reply = stage.send("POST", kVms, order("shop"));

  CHECK(reply.status == 422);
  CHECK(reply.answer.effect == "refused");
  CHECK(stage.account().orders.empty());
}

TEST_CASE("A declined card leaves a machine that nobody set up", "[sandbox][purchase][faults]") {
  TestStage stage;
  stage.fault({{"kind", "card-declined"}});

  CHECK(stage.send("POST", kVms, order("shop.example.net")).status == 402);
  CHECK(stage.account().vms.back().state == "initial");
}

TEST_CASE("A pending payment answers the order alone and the machine appears when it clears",
          "[sandbox][purchase][quirks]") {
  TestStage stage;
  stage.quirk("202-purchase", true);

  const auto reply = stage.send("POST", kVms, order("shop.example.net"));
  CHECK(reply.status == 202);
  CHECK(reply.body.at("status") == "payment_initiated");
  CHECK(stage.account().vms.size() == 1);
  stage.pass(1801);

  REQUIRE(stage.account().vms.size() == 2);
  CHECK(stage.account().vms.back().state == "initial");
  CHECK(stage.account().vms.back().subscription == reply.body.at("subscription_id"));
}

TEST_CASE("A purchase names each field that is wrong, nested ones with their path",
          "[sandbox][purchase]") {
  TestStage stage;

  const auto reply =
      stage.send("POST", kVms, {{"item_id", "x"}, {"setup", {{"data_center_id", "19"}}}});

  CHECK(reply.status == 422);
  CHECK(reply.body.at("errors").contains("setup.template_id"));
  CHECK(reply.body.at("errors").at("setup.data_center_id")[0] ==
        "The data center id must be an integer.");
  CHECK(reply.body.at("message") == "The template id field is required. (and 2 more errors)");
  CHECK(stage.account().orders.empty());
}

TEST_CASE("Setup installs a machine that is initial, and only such a one", "[sandbox][setup]") {
  TestStage stage;
  stage.fault({{"kind", "card-declined"}});
  stage.send("POST", kVms, order("shop.example.net"));
  const std::string path =
      std::string(kVms) + "/" + std::to_string(stage.account().vms.back().id) + "/setup";
  const Json setup = {{"template_id", 1077}, {"data_center_id", 9}};

  const auto first = stage.send("POST", path, setup);
  CHECK(first.status == 200);
  CHECK(first.body.at("state") == "creating");
  stage.settle();
  CHECK(stage.account().vms.back().state == "running");

  CHECK(stage.send("POST", path, setup).status == 422);
}

TEST_CASE("Recreate wipes keys and snapshot and makes a new host key", "[sandbox][recreate]") {
  TestStage stage;
  stage.send("POST", stage.vm_path() + "/snapshot");
  stage.settle();
  REQUIRE(stage.vm().snapshot);
  const DiskPtr before = stage.vm().disk;
  REQUIRE(!authorized_keys(*before, "root").empty());

  const auto reply = stage.send("POST", stage.vm_path() + "/recreate", {{"template_id", 1141}});
  REQUIRE(reply.status == 200);
  stage.settle();

  CHECK(!stage.vm().snapshot);
  CHECK(authorized_keys(*stage.vm().disk, "root").empty());
  CHECK(stage.vm().disk->host_key_seed != before->host_key_seed);
  CHECK(stage.vm().disk->image != before->image);
  CHECK(stage.vm().disk->docker_supported);
}

TEST_CASE("A post-install script that writes a key for a user gives that user access",
          "[sandbox][recreate]") {
  TestStage stage;
  const Json script = {
      {"name", "keys"},
      {"content",
       "#!/bin/sh\nuseradd -m smarteros\n"
       "echo '" +
           std::string(kInstalledKey) + "' >> /home/smarteros/.ssh/authorized_keys\n"}};
  const auto made = stage.send("POST", "/api/vps/v1/post-install-scripts", script);
  REQUIRE(made.status == 200);

  stage.send("POST", stage.vm_path() + "/recreate",
             {{"template_id", 1077}, {"post_install_script_id", made.body.at("id")}});
  stage.settle();

  CHECK(authorized_keys(*stage.vm().disk, "smarteros") == std::vector<std::string>{kInstalledKey});
  CHECK(stage.vm().disk->files.contains("/post_install.log"));
}

TEST_CASE("Post-install scripts are refused on an account that never had a machine",
          "[sandbox][scripts][quirks]") {
  TestStage stage;
  stage.account().vms.clear();

  const auto reply = stage.get("/api/vps/v1/post-install-scripts");

  CHECK(reply.status == 403);
  CHECK(reply.body.at("message").get<std::string>().starts_with("[VPS:2000]"));
}
