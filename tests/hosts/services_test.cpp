// What systemctl does to a simulated host, and what shows it.
#include <catch2/catch.hpp>

#include "tests/hosts/program_run.h"

namespace tier0::sandbox {
namespace {

ProgramOutput as_root(TestWorld& world, std::vector<std::string> argv) {
  argv.insert(argv.begin(), {"sudo", "-n"});
  return run(world, argv);
}

/// A host with nginx on port 80, in that state.
void add_nginx(TestWorld& world, const std::string& state = "active") {
  world.change_disk_of_17([&state](Disk& disk) {
    disk.facts = {
        {"services", {{"nginx.service", {{"description", "Web server"}, {"state", state}}}}},
        {"listening", {{{"port", 80}, {"process", "nginx"}}}}};
  });
}

std::string shown(TestWorld& world, const std::string& property) {
  return run(world, {"systemctl", "show", "nginx", "--property=" + property, "--value"}).out;
}

}  // namespace

TEST_CASE("a service that is stopped listens no more, and says so everywhere",
          "[hosts][services]") {
  TestWorld world;
  add_nginx(world);
  REQUIRE(contains(run(world, {"ss", "-lntupH"}).out, ":80 "));

  CHECK(as_root(world, {"systemctl", "stop", "nginx"}).exit_code == 0);

  CHECK_FALSE(contains(run(world, {"ss", "-lntupH"}).out, ":80 "));
  CHECK_FALSE(contains(run(world, {"ps", "-e"}).out, "nginx"));
  CHECK(run(world, {"systemctl", "is-active", "nginx"}).out == "inactive\n");
  const auto status = run(world, {"systemctl", "status", "nginx"});
  CHECK(status.exit_code == 3);
  CHECK(contains(status.out, "Active: inactive (dead)"));
  CHECK(contains(status.out, "Stopped Web server."));
  CHECK(contains(run(world, {"journalctl", "-u", "nginx"}).out, "Stopped Web server."));
}

TEST_CASE("a service that failed runs again once it is restarted", "[hosts][services]") {
  TestWorld world;
  add_nginx(world, "failed");
  CHECK_FALSE(contains(run(world, {"ss", "-lnt"}).out, ":80 "));
  CHECK(shown(world, "Result") == "exit-code\n");

  CHECK(as_root(world, {"systemctl", "restart", "nginx"}).exit_code == 0);

  CHECK(run(world, {"systemctl", "is-active", "nginx"}).exit_code == 0);
  CHECK(contains(run(world, {"ss", "-lnt"}).out, ":80 "));
  CHECK(contains(run(world, {"journalctl", "-u", "nginx"}).out, "Started Web server."));
}

TEST_CASE("a restarted service has another process", "[hosts][services]") {
  TestWorld world;
  add_nginx(world);
  const std::string before = shown(world, "MainPID");

  CHECK(as_root(world, {"systemctl", "restart", "nginx"}).exit_code == 0);

  CHECK(shown(world, "MainPID") != before);
  CHECK(
      contains(as_root(world, {"ss", "-lntp"}).out, "pid=" + shown(world, "MainPID").substr(0, 4)));
}

TEST_CASE("a restarted service came up later than before, as the system counts",
          "[hosts][services]") {
  TestWorld world;
  add_nginx(world);
  const std::string before = shown(world, "ActiveEnterTimestampMonotonic");

  REQUIRE(as_root(world, {"systemctl", "restart", "nginx"}).exit_code == 0);
  const std::string after = shown(world, "ActiveEnterTimestampMonotonic");
  REQUIRE(as_root(world, {"systemctl", "stop", "nginx"}).exit_code == 0);

  CHECK(before == "7000000\n");
  CHECK(std::stoll(after) > 0);
  CHECK(after != before);
  CHECK(shown(world, "ActiveEnterTimestampMonotonic") == "0\n");
}

TEST_CASE("systemctl start of what runs changes nothing, and reload needs it to run",
          "[hosts][services]") {
  TestWorld world;
  add_nginx(world);
  const DiskPtr before = world.host("17")->disk;

  CHECK(as_root(world, {"systemctl", "start", "nginx"}).exit_code == 0);
  CHECK(dump_json(world.host("17")->disk->facts) == dump_json(before->facts));
  CHECK(as_root(world, {"systemctl", "reload", "nginx"}).exit_code == 0);
  CHECK(contains(run(world, {"journalctl", "-u", "nginx"}).out, "Reloaded Web server."));
  CHECK(as_root(world, {"systemctl", "stop", "nginx"}).exit_code == 0);
  CHECK(as_root(world, {"systemctl", "reload", "nginx"}).exit_code == 1);
  CHECK(as_root(world, {"systemctl", "reload", "none"}).exit_code == 5);
}

TEST_CASE("systemctl show names the properties of a unit, also of one that is not there",
          "[hosts][services]") {
  TestWorld world;
  add_nginx(world);

  const auto all = run(world, {"systemctl", "show", "nginx.service"});
  const auto some =
      run(world, {"systemctl", "show", "-p", "ActiveState,SubState", "-p", "LoadState", "nginx"});
  const auto none =
      run(world, {"systemctl", "show", "--property=LoadState,ActiveState", "--", "none"});

  CHECK(all.exit_code == 0);
  CHECK(contains(all.out, "Id=nginx.service\n"));
  CHECK(contains(all.out, "UnitFileState=enabled\n"));
  CHECK(contains(all.out, " UTC\n"));
  CHECK(some.out == "LoadState=loaded\nActiveState=active\nSubState=running\n");
  CHECK(none.exit_code == 0);
  CHECK(none.out == "LoadState=not-found\nActiveState=inactive\n");
}

TEST_CASE("a boot starts what is enabled, whatever was stopped before", "[hosts][services]") {
  TestWorld world;
  add_nginx(world);
  REQUIRE(as_root(world, {"systemctl", "stop", "nginx"}).exit_code == 0);

  world.change([&world](HostState& state) { state.booted = world.now() + 1000; });

  CHECK(run(world, {"systemctl", "is-active", "nginx"}).out == "active\n");
  CHECK_FALSE(contains(run(world, {"journalctl", "-u", "nginx"}).out, "Stopped"));
}

TEST_CASE("ss shows the protocols and processes that are asked for", "[hosts][services]") {
  TestWorld world;

  CHECK(contains(run(world, {"ss", "-lntuH"}).out, "udp"));
  CHECK_FALSE(contains(run(world, {"ss", "-lntH"}).out, "udp"));
  CHECK_FALSE(contains(run(world, {"ss", "-lnuH"}).out, "tcp"));
  CHECK(contains(as_root(world, {"ss", "-lntpH"}).out, "users:((\"sshd\""));
  CHECK_FALSE(contains(as_root(world, {"ss", "-lntH"}).out, "users:"));
  CHECK_FALSE(contains(run(world, {"ss", "-lntpH"}).out, "users:"));
}

TEST_CASE("a stopped sshd takes no new connection and keeps those it has", "[hosts][services]") {
  TestWorld world;
  const auto hosts = Hosts::start(world);
  REQUIRE(hosts);
  const auto ssh = world.client(**hosts);
  const Command proof{.argv = {"true"}, .connection = Command::Connection::New};
  REQUIRE(ssh->run(web1(), {.argv = {"true"}}, Cancel{}));

  REQUIRE(ssh->run(web1(), {.argv = {"sudo", "-n", "systemctl", "stop", "ssh"}}, Cancel{}));
  CHECK(holds_soon([&] {
    const auto done = ssh->run(web1(), proof, Cancel{});
    return !done && done.error().code == Code::SshUnreachable;
  }));
  REQUIRE(ssh->run(web1(), {.argv = {"sudo", "-n", "systemctl", "start", "ssh"}}, Cancel{}));

  CHECK(holds_soon([&] { return ssh->run(web1(), proof, Cancel{}).has_value(); }));
}

}  // namespace tier0::sandbox
