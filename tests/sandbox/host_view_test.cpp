#include "server/sandbox/host_view.h"

#include <catch2/catch.hpp>
#include <thread>

#include "tests/sandbox/probe.h"

using namespace tier0;
using namespace tier0::sandbox;

TEST_CASE("A host's files change by compare and set", "[sandbox][hosts]") {
  Running running;
  HostView& hosts = running.sandbox().hosts();
  const DiskPtr seen = hosts.host(running.vps())->disk;

  REQUIRE(change_disk(hosts, running.vps(),
                      [](Disk& disk) { disk.files["/srv/first"] = {.content = "1"}; }));
  const auto late = hosts.replace_disk(running.vps(), seen, *seen);

  REQUIRE(!late);
  CHECK(late.error().code == Code::Conflict);
  CHECK(hosts.host(running.vps())->disk->files.at("/srv/first").content == "1");
  CHECK(!seen->files.contains("/srv/first"));
}

TEST_CASE("Hosts are those of the first account that have a system", "[sandbox][hosts]") {
  Running running;
  Json world = running.control("GET", "/__sim/fixture").json();
  world["accounts"][0]["vms"].push_back({{"id", 77}, {"state", "initial"}});
  REQUIRE(running.control("POST", "/__sim/fixture", world).status == 200);

  const std::vector<HostState> hosts = running.sandbox().hosts().hosts();

  REQUIRE(hosts.size() == 1);
  CHECK(hosts[0].hostname == "web-1.example.net");
  CHECK(hosts[0].address == "203.0.113.10");
  CHECK(!running.sandbox().hosts().host("77"));
}

TEST_CASE("Two writers lose none of their changes", "[sandbox][hosts]") {
  Running running;
  HostView& hosts = running.sandbox().hosts();
  const std::string vps = running.vps();
  const auto write = [&hosts, &vps](const std::string& prefix) {
    for (int i = 0; i < 20; ++i)
      static_cast<void>(change_disk(
          hosts, vps, [&](Disk& disk) { disk.files["/srv/" + prefix + std::to_string(i)] = {}; }));
  };

  std::thread other(write, "b");
  write("a");
  other.join();

  const DiskPtr disk = hosts.host(vps)->disk;
  const auto ours = std::ranges::count_if(
      disk->files, [](const auto& file) { return file.first.starts_with("/srv/"); });
  CHECK(ours == 40);
}

TEST_CASE("A machine that restarts itself stays running and answers SSH again after the boot",
          "[sandbox][hosts]") {
  Running running({.time_scale = 1, .requests_per_minute = 0});
  HostView& hosts = running.sandbox().hosts();
  const Millis booted = hosts.host(running.vps())->booted;

  REQUIRE(hosts.reboot(running.vps()));
  CHECK(!hosts.host(running.vps())->answers_ssh);
  CHECK(running.api("GET", running.vm_path()).json().at("state") == "running");
  running.control("POST", "/__sim/clock", {{"settle", true}});

  CHECK(hosts.host(running.vps())->answers_ssh);
  CHECK(hosts.host(running.vps())->booted > booted);
}

TEST_CASE("A machine that switches itself off shows as stopped", "[sandbox][hosts]") {
  Running running;
  HostView& hosts = running.sandbox().hosts();

  REQUIRE(hosts.power_off(running.vps()));

  CHECK(running.api("GET", running.vm_path()).json().at("state") == "stopped");
  const auto again = hosts.power_off(running.vps());
  REQUIRE(!again);
  CHECK(again.error().code == Code::WrongState);
}

TEST_CASE("Waiting for a change ends with one, and with a stop", "[sandbox][hosts]") {
  Running running;
  HostView& hosts = running.sandbox().hosts();
  const std::uint64_t seen = hosts.revision();
  const auto latest = std::chrono::steady_clock::now() + std::chrono::seconds(10);

  std::jthread changer([&running] {
    running.api("POST", "/api/vps/v1/firewall", {{"name", "change"}});
  });
  CHECK(hosts.wait_for_change(seen, latest, {}) != seen);
  changer.join();
  std::stop_source stop;
  stop.request_stop();
  const std::uint64_t now = hosts.revision();

  CHECK(hosts.wait_for_change(now, latest, stop.get_token()) == now);
  CHECK(std::chrono::steady_clock::now() < latest);
}

TEST_CASE("A script for a host reaches it, and where the clients are decides the verdict",
          "[sandbox][hosts]") {
  Running running;
  const Json firewall = running.api("POST", "/api/vps/v1/firewall", {{"name", "f"}}).json();
  const std::string path = "/api/vps/v1/firewall/" + firewall.at("id").dump();
  running.api("POST", path + "/rules",
              {{"protocol", "TCP"},
               {"port", "22"},
               {"source", "custom"},
               {"source_detail", "192.0.2.0/24"}});
  running.api("POST", path + "/activate/" + running.vps());
  running.wait_until_unlocked();
  HostView& hosts = running.sandbox().hosts();
  CHECK(!hosts.lets_in(running.vps(), 22));

  running.control(
      "POST", "/__sim/hosts",
      {{"client_addresses", {"192.0.2.7"}}, {"vps", running.vps()}, {"script", {{"slow", true}}}});

  CHECK(hosts.lets_in(running.vps(), 22));
  CHECK(hosts.host(running.vps())->script == Json{{"slow", true}});
}
