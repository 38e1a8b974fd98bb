// The simulated hosts, used by OpenSSH's own clients.
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/fakes/process.h"
#include "tests/fakes/temp_folder.h"
#include "tests/hosts/test_world.h"

namespace tier0::sandbox {
namespace {

using testing::Finished;
using testing::read_file;
using testing::run_program;
using testing::write_file;

bool installed() {
  for (const char* program : {"/usr/bin/ssh", "/usr/bin/sftp", "/usr/bin/ssh-keyscan"})
    if (::access(program, X_OK) != 0) {
      WARN("SKIPPED: openssh-client is not installed");
      return false;
    }
  return true;
}

/// A simulated host, and what OpenSSH needs to log in to it.
class Stage {
 public:
  Stage() {
    auto started = Hosts::start(world);
    REQUIRE(started);
    hosts = *std::move(started);
    endpoint = *hosts->endpoint("17");
    std::string pem = world.key().reveal();
    if (!pem.ends_with('\n')) pem += '\n';
    write_file(path("key"), pem);
    const auto scanned = run_program({"/usr/bin/ssh-keyscan", "-t", "ed25519", "-p",
                                      std::to_string(endpoint.port), endpoint.address});
    write_file(path("known_hosts"), scanned.out);
  }

  std::string path(const std::string& name) const { return (folder / name).string(); }

  std::vector<std::string> options() const {
    return {"-F", "/dev/null",
            "-i", path("key"),
            "-o", "IdentitiesOnly=yes",
            "-o", "IdentityAgent=none",
            "-o", "StrictHostKeyChecking=yes",
            "-o", "UserKnownHostsFile=" + path("known_hosts"),
            "-o", "GlobalKnownHostsFile=/dev/null",
            "-o", "ConnectTimeout=10"};
  }
  Finished ssh(const std::string& user, const std::string& line) const {
    std::vector<std::string> argv = {"/usr/bin/ssh",  "-n", "-o",
                                     "BatchMode=yes", "-p", std::to_string(endpoint.port)};
    const auto more = options();
    argv.insert(argv.end(), more.begin(), more.end());
    argv.insert(argv.end(), {user + "@" + endpoint.address, line});
    return run_program(argv);
  }
  Finished sftp(const std::string& batch) const {
    write_file(path("batch"), batch);
    std::vector<std::string> argv = {"/usr/bin/sftp", "-q", "-b",
                                     path("batch"),   "-P", std::to_string(endpoint.port)};
    const auto more = options();
    argv.insert(argv.end(), more.begin(), more.end());
    argv.push_back("smarteros@" + endpoint.address);
    return run_program(argv);
  }

  TempFolder folder;
  TestWorld world;
  std::unique_ptr<Hosts> hosts;
  HostEndpoint endpoint;
};

File file_of(const TestWorld& world, const std::string& path) {
  const DiskPtr disk = world.host("17")->disk;
  const auto found = disk->files.find(path);
  REQUIRE(found != disk->files.end());
  return found->second;
}

}  // namespace

TEST_CASE("ssh-keygen sees the key that the host announces", "[hosts][openssh]") {
  if (!installed()) return;
  const Stage stage;

  const auto shown = run_program({"/usr/bin/ssh-keygen", "-l", "-f", stage.path("known_hosts")});

  CHECK(shown.out.find(stage.endpoint.host_key) != std::string::npos);
  CHECK(shown.out.find("(ED25519)") != std::string::npos);
}

TEST_CASE("ssh runs a program and takes its exit code", "[hosts][openssh]") {
  if (!installed()) return;
  const Stage stage;

  const auto fine = stage.ssh("smarteros", "cat /etc/hostname");
  const auto down = stage.ssh("smarteros", "systemctl is-active 'no-such'");

  CHECK(fine.exit_code == 0);
  CHECK(fine.out == "web-1.example\n");
  CHECK(down.exit_code == 4);
  CHECK(stage.ssh("smarteros", "rm -rf /").exit_code == 127);
  CHECK(stage.ssh("smarteros", "id; id").exit_code == 2);
}

TEST_CASE("ssh gets neither a shell nor in as somebody else", "[hosts][openssh]") {
  if (!installed()) return;
  const Stage stage;

  CHECK(stage.ssh("root", "id").exit_code == 255);
  CHECK(stage.ssh("smarteros", "").exit_code != 0);
}

TEST_CASE("ssh takes 20 MB of output", "[hosts][openssh]") {
  if (!installed()) return;
  Stage stage;
  stage.world.script(
      {{"programs", {{{"argv", {"uptime"}}, {"do", "flood"}, {"bytes", 20'000'000}}}}});

  const auto flooded = stage.ssh("smarteros", "uptime");

  CHECK(flooded.exit_code == 0);
  CHECK(flooded.out.size() == 20'000'000);
}

TEST_CASE("ssh logs in to the rescue system by its password", "[hosts][openssh]") {
  if (!installed()) return;
  Stage stage;
  stage.world.change([](HostState& state) {
    state.power = Power::Rescue;
    state.rescue_password = "Rescue-4711";
  });
  write_file(stage.path("askpass"), "#!/bin/sh\necho Rescue-4711\n");
  REQUIRE(::chmod(stage.path("askpass").c_str(), 0700) == 0);
  std::vector<std::string> argv = {"/usr/bin/env",
                                   "SSH_ASKPASS=" + stage.path("askpass"),
                                   "SSH_ASKPASS_REQUIRE=force",
                                   "/usr/bin/ssh",
                                   "-n",
                                   "-p",
                                   std::to_string(stage.endpoint.port)};
  const auto more = stage.options();
  argv.insert(argv.end(), more.begin(), more.end());
  argv.insert(argv.end(),
              {"root@" + stage.endpoint.address, "cat " + kRescueMount + "/etc/hostname"});

  const auto rescued = run_program(argv);

  CHECK(rescued.exit_code == 0);
  CHECK(rescued.out == "web-1.example\n");
  CHECK(stage.ssh("smarteros", "true").exit_code == 255);
}

TEST_CASE("sftp lists and gets files", "[hosts][openssh][sftp]") {
  if (!installed()) return;
  Stage stage;
  std::string large;
  for (int i = 0; i < 1'000'000; ++i) large += static_cast<char>(i * 7);
  stage.world.change_disk_of_17([&](Disk& disk) {
    disk.files["/srv/large"] = {.content = large};
    disk.files["/srv/link"] = {.kind = File::Kind::Link, .content = "large"};
  });

  const auto listed = stage.sftp("pwd\nls -l /srv\nget /srv/large " + stage.path("got") + "\n");

  CHECK(listed.exit_code == 0);
  CHECK(listed.out.find("/home/smarteros") != std::string::npos);
  CHECK(listed.out.find("-rw-r--r-- 1 root root 1000000") != std::string::npos);
  CHECK(listed.out.find("lrw-r--r--") != std::string::npos);
  CHECK(read_file(stage.path("got")) == large);
  CHECK(stage.sftp("get /etc/shadow " + stage.path("no") + "\n").exit_code == 1);
  CHECK(stage.sftp("get /none " + stage.path("no") + "\n").exit_code == 1);
}

TEST_CASE("sftp puts, renames over, changes modes and removes", "[hosts][openssh][sftp]") {
  if (!installed()) return;
  Stage stage;
  const std::string keys = std::string(100'000, 'k') + "\n";
  write_file(stage.path("new"), keys);

  const auto done = stage.sftp("put " + stage.path("new") +
                               " .ssh/new\n"
                               "chmod 600 .ssh/new\n"
                               "rename .ssh/new .ssh/authorized_keys\n"
                               "mkdir folder\n"
                               "put " +
                               stage.path("new") + " folder/gone\nrm folder/gone\nrmdir folder\n");

  CHECK(done.exit_code == 0);
  const File file = file_of(stage.world, "/home/smarteros/.ssh/authorized_keys");
  CHECK(file.content == keys);
  CHECK(file.mode == 0600);
  CHECK(file.owner == "smarteros");
  CHECK_FALSE(stage.world.host("17")->disk->files.contains("/home/smarteros/folder"));
  CHECK(stage.sftp("put " + stage.path("new") + " /etc/new\n").exit_code != 0);
}

TEST_CASE("sftp -f syncs what it puts", "[hosts][openssh][sftp]") {
  if (!installed()) return;
  Stage stage;
  write_file(stage.path("new"), "synced\n");

  CHECK(stage.sftp("put -f " + stage.path("new") + " file\n").exit_code == 0);

  CHECK(file_of(stage.world, "/home/smarteros/file").content == "synced\n");
}

TEST_CASE("ssh logs in with the key that sftp put there, and with the old one no more",
          "[hosts][openssh][keys]") {
  if (!installed()) return;
  const Stage stage;
  REQUIRE(run_program(
              {"/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", stage.path("next")})
              .exit_code == 0);
  const std::string old_key = read_file(stage.path("key"));

  REQUIRE(stage
              .sftp("put -f " + stage.path("next.pub") +
                    " .ssh/new\nchmod 600 .ssh/new\nrename .ssh/new .ssh/authorized_keys\n")
              .exit_code == 0);

  CHECK(stage.ssh("smarteros", "true").exit_code == 255);
  write_file(stage.path("key"), read_file(stage.path("next")));
  CHECK(stage.ssh("smarteros", "true").exit_code == 0);
  write_file(stage.path("key"), old_key);
  CHECK(stage.ssh("smarteros", "true").exit_code == 255);
}

TEST_CASE("ssh sees what systemctl does", "[hosts][openssh][services]") {
  if (!installed()) return;
  const Stage stage;
  const std::string show = "systemctl show cron --property=ActiveState --value";

  CHECK(stage.ssh("smarteros", "systemctl stop cron").exit_code == 1);
  CHECK(stage.ssh("smarteros", "sudo -n systemctl stop cron").exit_code == 0);
  CHECK(stage.ssh("smarteros", show).out == "inactive\n");
  CHECK(stage.ssh("smarteros", "sudo -n systemctl restart cron").exit_code == 0);

  CHECK(stage.ssh("smarteros", show).out == "active\n");
  CHECK(stage.ssh("smarteros", "journalctl -u cron -n 3").out.find("Started") != std::string::npos);
}

}  // namespace tier0::sandbox
