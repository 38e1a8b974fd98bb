// What the programs of a simulated host print, and what they change.
#include <catch2/catch.hpp>

#include "server/base/text.h"
#include "server/sandbox/host_reply.h"
#include "tests/hosts/program_run.h"

namespace tier0::sandbox {
namespace {

std::size_t lines_of(const std::string& text) {
  return split(text, '\n').size() - 1;
}

void add_project(TestWorld& world) {
  world.change_disk_of_17([](Disk& disk) {
    disk.projects["n8n"] = {
        .content = "services: {}\n",
        .containers = {
            {.service = "n8n",
             .name = "n8n-n8n-1",
             .image = "n8nio/n8n:1",
             .digest = "sha256:0123456789abcdef",
             .health = "healthy"},
            {.service = "job", .name = "n8n-job-1", .image = "busybox", .state = "exited"}}};
  });
}

}  // namespace

TEST_CASE("a program that is not in the table is 127", "[hosts][programs]") {
  TestWorld world;
  for (const char* name : {"rm", "sh", "bash", "curl", "/bin/sh", "python3", "../bin/df", "DF"}) {
    INFO(name);
    const auto ran = run(world, {name, "-c", "id"});
    CHECK(ran.exit_code == 127);
    CHECK(ran.out.empty());
  }
}

TEST_CASE("every probe of run-diagnostic has a program behind it", "[hosts][programs]") {
  TestWorld world;
  add_project(world);
  const std::vector<std::vector<std::string>> probes = {
      {"df", "-hP"},
      {"free", "-m"},
      {"uptime"},
      {"ss", "-lntupH"},
      {"ps", "-eo", "pid,user,pcpu,pmem,etimes,comm", "--sort=-pcpu"},
      {"systemctl", "list-units", "--type=service", "--all", "--no-pager", "--plain",
       "--no-legend"},
      {"docker", "ps", "--all"},
      {"systemctl", "status", "--no-pager", "--lines=20", "--", "ssh.service"},
      {"journalctl", "--no-pager", "--output=short-iso", "--lines=50", "--unit=ssh.service"},
      {"tail", "-n", "50", "--", "/var/log/syslog"}};
  for (const auto& argv : probes) {
    INFO(join(argv, " "));
    const auto ran = run(world, argv);
    CHECK(ran.exit_code == 0);
    CHECK(ran.err.empty());
    CHECK(lines_of(ran.out) >= 1);
  }
}

TEST_CASE("df and free tell the machine's own size", "[hosts][programs]") {
  TestWorld world;

  const auto disk = run(world, {"df", "-P"});
  const auto memory = run(world, {"free", "-m"});

  CHECK(contains(disk.out, std::to_string(102400 * 1024)));
  CHECK(contains(disk.out, "34%"));
  CHECK(contains(memory.out, "4096"));
  CHECK(run(world, {"nproc"}).out == "2\n");
  CHECK(run(world, {"hostname"}).out == "web-1.example\n");
}

TEST_CASE("what the disk's facts say lies over what is normal", "[hosts][programs]") {
  TestWorld world;
  world.change_disk_of_17([](Disk& disk) {
    disk.facts = {{"disk_used_percent", 97},
                  {"load", {9.5, 8.25, 7}},
                  {"services",
                   {{"nginx.service",
                     {{"description", "Web server"},
                      {"state", "failed"},
                      {"log", {"bind() to 0.0.0.0:80 failed"}}}}}},
                  {"listening", {{{"port", 5432}, {"process", "postgres"}}}},
                  {"sshd", {{"passwordauthentication", "yes"}}}};
  });

  CHECK(contains(run(world, {"df", "-h"}).out, "97%"));
  CHECK(contains(run(world, {"uptime"}).out, "9.50, 8.25, 7.00"));
  CHECK(contains(run(world, {"ss", "-lntupH"}).out, ":5432"));
  CHECK(run(world, {"systemctl", "is-active", "nginx"}).out == "failed\n");
  CHECK(contains(run(world, {"journalctl", "-u", "nginx"}).out, "bind() to 0.0.0.0:80 failed"));
  CHECK(contains(run(world, {"sudo", "-n", "sshd", "-T"}).out, "passwordauthentication yes\n"));
}

TEST_CASE("facts of the wrong type count as absent", "[hosts][programs]") {
  TestWorld world;
  for (const Json& facts :
       {Json(7), Json::array(), Json{{"services", 7}}, Json{{"services", {{"x", 7}}}},
        Json{{"load", "high"}}, Json{{"listening", {7, "x", {{"port", "x"}}}}},
        Json{{"disk_used_percent", "x"}, {"sshd", {{"port", 22}}}, {"certificates", {{"a", 1}}}}}) {
    INFO(dump_json(facts));
    world.change_disk_of_17([&facts](Disk& disk) { disk.facts = facts; });
    CHECK(run(world, {"df"}).exit_code == 0);
    CHECK(run(world, {"systemctl", "list-units"}).exit_code == 0);
    CHECK(run(world, {"ss", "-lnt"}).exit_code == 0);
  }
}

TEST_CASE("systemctl tells a unit's state by text and exit code", "[hosts][programs]") {
  TestWorld world;
  world.change_disk_of_17(
      [&](Disk& disk) { set_service_state(disk, "cron.service", "inactive", world.now()); });

  CHECK(run(world, {"systemctl", "is-active", "ssh"}).exit_code == 0);
  CHECK(run(world, {"systemctl", "is-active", "cron"}).exit_code == 3);
  CHECK(run(world, {"systemctl", "is-active", "none"}).exit_code == 4);
  CHECK(run(world, {"systemctl", "status", "cron"}).exit_code == 3);
  CHECK(run(world, {"systemctl", "status", "none"}).exit_code == 4);
  CHECK_FALSE(contains(run(world, {"systemctl", "list-units"}).out, "cron.service"));
  CHECK(contains(run(world, {"systemctl", "list-units", "--all"}).out, "cron.service"));
}

TEST_CASE("systemctl changes a unit for root only, and the disk keeps it", "[hosts][programs]") {
  TestWorld world;
  const DiskPtr before = world.host("17")->disk;

  CHECK(run(world, {"systemctl", "stop", "cron"}).exit_code == 1);
  CHECK(world.host("17")->disk == before);
  CHECK(run(world, {"sudo", "-n", "systemctl", "stop", "cron"}).exit_code == 0);
  CHECK(run(world, {"systemctl", "is-active", "cron"}).out == "inactive\n");
  CHECK(run(world, {"sudo", "-n", "systemctl", "restart", "cron"}).exit_code == 0);
  CHECK(run(world, {"systemctl", "is-active", "cron"}).out == "active\n");
  CHECK(run(world, {"sudo", "-n", "systemctl", "restart", "none"}).exit_code == 5);
}

TEST_CASE("systemctl reboot and poweroff reach the world, for root only", "[hosts][programs]") {
  TestWorld world;

  CHECK(run(world, {"systemctl", "reboot"}).exit_code == 1);
  CHECK(world.power_calls().empty());
  CHECK(run(world, {"sudo", "-n", "systemctl", "reboot"}).exit_code == 0);
  CHECK(run(world, {"systemctl", "poweroff"}, "root").exit_code == 0);
  CHECK(world.power_calls() == "reboot off ");
}

TEST_CASE("sudo makes our user root without a password, and nobody else", "[hosts][programs]") {
  TestWorld world;

  CHECK(run(world, {"sudo", "-n", "--", "id", "-un"}).out == "root\n");
  CHECK(run(world, {"id", "-un"}).out == "smarteros\n");
  CHECK(run(world, {"sudo", "-n", "id"}, "tenant").err == "sudo: a password is required\n");
  CHECK(run(world, {"sudo", "-n", "no-such"}).exit_code == 127);
}

TEST_CASE("docker is there only where the disk has it", "[hosts][programs]") {
  TestWorld world;
  CHECK(run(world, {"docker", "ps"}).exit_code == 127);

  add_project(world);

  CHECK(lines_of(run(world, {"docker", "ps"}).out) == 2);
  CHECK(lines_of(run(world, {"docker", "ps", "--all"}).out) == 3);
  const auto list = parse_json(run(world, {"docker", "compose", "ls", "--format", "json"}).out);
  REQUIRE(list);
  CHECK(list->at(0).at("Name") == "n8n");
  CHECK(list->at(0).at("Status") == "exited(1), running(1)");
  CHECK(list->at(0).at("ConfigFiles") == "/docker/n8n/docker-compose.yaml");
  const auto row =
      parse_json(run(world, {"docker", "compose", "-p", "n8n", "ps", "--format", "json"}).out);
  REQUIRE(row);
  CHECK(row->at("Health") == "healthy");
}

TEST_CASE("tail gives the last lines of what the user may read", "[hosts][programs]") {
  TestWorld world;
  world.change_disk_of_17([](Disk& disk) {
    disk.files["/var/log/app.log"] = {.content = "1\n2\n3\n4\n"};
    disk.files["/var/log/cut.log"] = {.content = "1\n2"};
  });

  CHECK(run(world, {"tail", "-n", "2", "--", "/var/log/app.log"}).out == "3\n4\n");
  CHECK(run(world, {"tail", "-n", "9", "/var/log/app.log"}).out == "1\n2\n3\n4\n");
  CHECK(run(world, {"tail", "-n", "1", "/var/log/cut.log"}).out == "2");
  CHECK(run(world, {"tail", "-n", "0", "/var/log/app.log"}).out.empty());
  CHECK(run(world, {"tail", "-n", "x", "/var/log/app.log"}).exit_code == 1);
  CHECK(run(world, {"tail", "/etc/shadow"}).err == "tail: /etc/shadow: Permission denied\n");
  CHECK(run(world, {"sudo", "-n", "tail", "/etc/shadow"}).out == "root:*\n");
}

TEST_CASE("openssl says when a certificate ends", "[hosts][programs]") {
  TestWorld world;
  world.change_disk_of_17([](Disk& disk) {
    disk.facts = {
        {"certificates", {{"/etc/cert.pem", {{"subject", "CN = web-1"}, {"days_left", 5}}}}}};
  });
  const auto x509 = [&world](std::vector<std::string> more) {
    std::vector<std::string> argv = {"openssl", "x509", "-noout", "-in", "/etc/cert.pem"};
    argv.insert(argv.end(), more.begin(), more.end());
    return run(world, argv);
  };

  CHECK(x509({"-subject"}).out == "subject=CN = web-1\n");
  CHECK(contains(x509({"-enddate"}).out, "notAfter=2026-11-"));
  CHECK(x509({"-checkend", "86400"}).exit_code == 0);
  CHECK(x509({"-checkend", "864000"}).exit_code == 1);
  CHECK(run(world, {"openssl", "x509", "-noout", "-in", "/none"}).exit_code == 1);
}

TEST_CASE("what the simulated shell cannot read exits 2 and runs nothing", "[hosts][programs]") {
  TestWorld world;
  const HostState state = *world.host("17");
  const HostCall call{.view = world,
                      .state = state,
                      .user = "root",
                      .now = world.now(),
                      .facts = host_facts(state)};

  const Reply reply = reply_to(call, "systemctl reboot; id");

  CHECK(reply.exit_code == 2);
  CHECK(world.power_calls().empty());
}

}  // namespace tier0::sandbox
