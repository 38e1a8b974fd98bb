// The hosts over the real simulated provider: what its API and its control plane do is seen over
// SSH.
#include <catch2/catch.hpp>

#include "tests/hosts/provider_stage.h"

namespace tier0::sandbox {

TEST_CASE("the seeded machine answers the deploy key", "[hosts][sandbox]") {
  ProviderStage stage;

  const auto done = stage.run({"hostname"});

  INFO(problem(done));
  REQUIRE(done);
  CHECK(done->out == stage.provider->hosts().host(stage.vps)->hostname + "\n");
  CHECK(stage.provider->ready_line()["ssh"][stage.vps]["port"] ==
        stage.hosts->endpoint(stage.vps)->port);
}

TEST_CASE("a machine that the control plane stops is gone from SSH until it boots",
          "[hosts][sandbox]") {
  ProviderStage stage;
  REQUIRE(stage.run({"true"}));

  REQUIRE(stage.control({{"vps", stage.vps}, {"do", "stop"}}) == 200);
  CHECK(stage.soon_fails_with(Code::SshUnreachable));

  REQUIRE(stage.control({{"vps", stage.vps}, {"do", "boot"}}) == 200);
  CHECK(stage.lets_in_soon());
}

TEST_CASE("a script from the control plane reaches the host", "[hosts][sandbox]") {
  ProviderStage stage;

  REQUIRE(stage.control({{"vps", stage.vps}, {"script", {{"host_key", "changed"}}}}) == 200);

  CHECK(stage.soon_fails_with(Code::SshHostkeyChanged));
}

TEST_CASE("a machine that reboots itself is away and comes back", "[hosts][sandbox]") {
  ProviderStage stage;
  const Millis before = stage.provider->hosts().host(stage.vps)->booted;

  static_cast<void>(stage.run({"sudo", "-n", "systemctl", "reboot"}));

  CHECK(stage.provider->hosts().host(stage.vps)->booted > before);
  CHECK(stage.lets_in_soon());
}

TEST_CASE("a key that is rotated counts at once, and a pruned one no longer",
          "[hosts][sandbox][keys]") {
  ProviderStage stage;
  const std::string both = stage.current.public_key + "\n" + stage.staged.public_key + "\n";

  CHECK(stage.run({"true"}, KeyUse::Staged).error().code == Code::SshAuth);
  REQUIRE(stage.write_keys(both));
  CHECK(stage.run({"true"}, KeyUse::Staged));
  CHECK(stage.run({"sudo", "-n", "true"}));
  REQUIRE(stage.write_keys(stage.staged.public_key + "\n"));

  CHECK(stage.run({"true"}, KeyUse::Staged));
  CHECK(stage.run({"true"}).error().code == Code::SshAuth);
}

TEST_CASE("a restored backup brings back the keys of its time", "[hosts][sandbox][keys]") {
  ProviderStage stage;
  const Json backups = stage.api("GET", stage.machine_path() + "/backups");
  const std::string backup = std::to_string(backups["data"][0]["id"].get<int>());
  REQUIRE(stage.write_keys(stage.staged.public_key + "\n"));
  REQUIRE(stage.run({"true"}, KeyUse::Staged));

  stage.api("POST", stage.machine_path() + "/backups/" + backup + "/restore");
  stage.settle();

  CHECK(stage.lets_in_soon());
  CHECK(stage.run({"true"}, KeyUse::Staged).error().code == Code::SshAuth);
  const auto keys = stage.ssh->read_file(web1(), ".ssh/authorized_keys", 10'000, Cancel{});
  REQUIRE(keys);
  CHECK(keys->bytes.find("smarteros:deploy:2026-09:1") != std::string::npos);  // a retired one
}

TEST_CASE("a restored snapshot brings back the files and services of its time",
          "[hosts][sandbox]") {
  ProviderStage stage;
  const FileWrite note{.directory = "/home/smarteros", .name = "note", .bytes = "before"};
  REQUIRE(stage.ssh->write_file(web1(), note, Cancel{}));
  stage.api("POST", stage.machine_path() + "/snapshot");
  stage.settle();
  FileWrite changed = note;
  changed.bytes = "after";
  REQUIRE(stage.ssh->write_file(web1(), changed, Cancel{}));
  REQUIRE(stage.write_keys(stage.staged.public_key + "\n"));

  stage.api("POST", stage.machine_path() + "/snapshot/restore");
  stage.settle();

  CHECK(stage.lets_in_soon());
  CHECK(stage.ssh->read_file(web1(), "note", 100, Cancel{})->bytes == "before");
}

TEST_CASE("a machine that is being restored lets nobody in and drops who is there",
          "[hosts][sandbox]") {
  ProviderStage stage;
  stage.control("clock", {{"time_scale", 1}});
  REQUIRE(stage.ssh->run(web1(), {.argv = {"true"}}, Cancel{}));
  const Json backups = stage.api("GET", stage.machine_path() + "/backups");

  stage.api("POST", stage.machine_path() + "/backups/" +
                        std::to_string(backups["data"][0]["id"].get<int>()) + "/restore");

  CHECK(stage.soon_fails_with(Code::SshUnreachable));
  CHECK(stage.ssh->run(web1(), {.argv = {"true"}}, Cancel{}).error().code == Code::SshUnreachable);
  stage.settle();
  CHECK(stage.lets_in_soon());
}

TEST_CASE("a machine that the API stops lets nobody in until it is started", "[hosts][sandbox]") {
  ProviderStage stage;

  stage.api("POST", stage.machine_path() + "/stop");
  stage.settle();
  CHECK(stage.soon_fails_with(Code::SshUnreachable));
  stage.api("POST", stage.machine_path() + "/start");
  stage.settle();

  CHECK(stage.lets_in_soon());
}

TEST_CASE("a firewall without a rule for us ends connections and lets none in, until it goes",
          "[hosts][sandbox][firewall]") {
  ProviderStage stage;
  const Json wall = stage.api("POST", "/api/vps/v1/firewall", {{"name", "web"}});
  const std::string path = "/api/vps/v1/firewall/" + std::to_string(wall["id"].get<int>());
  const Json https = {
      {"protocol", "TCP"}, {"port", "443"}, {"source", "any"}, {"source_detail", "any"}};
  stage.api("POST", path + "/rules", https);
  REQUIRE(stage.ssh->run(web1(), {.argv = {"true"}}, Cancel{}));

  stage.api("POST", path + "/activate/" + stage.vps);
  stage.settle();
  CHECK(stage.soon_fails_with(Code::SshUnreachable));
  CHECK(stage.ssh->run(web1(), {.argv = {"true"}}, Cancel{}).error().code == Code::SshUnreachable);

  stage.api("POST", path + "/deactivate/" + stage.vps);
  stage.settle();
  CHECK(stage.lets_in_soon());
}

TEST_CASE("a firewall lets us in by the address that our clients are said to have",
          "[hosts][sandbox][firewall]") {
  ProviderStage stage;
  const Json wall = stage.api("POST", "/api/vps/v1/firewall", {{"name", "web"}});
  const std::string path = "/api/vps/v1/firewall/" + std::to_string(wall["id"].get<int>());
  stage.api("POST", path + "/rules",
            {{"protocol", "SSH"},
             {"port", "22"},
             {"source", "custom"},
             {"source_detail", "198.51.100.9"}});

  stage.api("POST", path + "/activate/" + stage.vps);
  stage.settle();
  CHECK(stage.lets_in_soon());
  REQUIRE(stage.control({{"client_addresses", {"192.0.2.1"}}}) == 200);

  CHECK(stage.soon_fails_with(Code::SshUnreachable));
}

TEST_CASE("a reset makes hosts that know the deploy key of that moment", "[hosts][sandbox]") {
  ProviderStage stage;
  stage.current = *generate_key_pair("smarteros:deploy:test:2");

  stage.control("reset", Json::object());

  CHECK(stage.lets_in_soon());
}

}  // namespace tier0::sandbox
