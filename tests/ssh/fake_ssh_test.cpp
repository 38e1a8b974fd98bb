// The fake must behave as the real one does where tools can tell.
#include "tests/fakes/fake_ssh.h"

#include <catch2/catch.hpp>

namespace tier0 {
namespace {

const HostName kHost{"web-1"};

}  // namespace

TEST_CASE("FakeSsh answers the longest match and remembers what ran", "[ssh][fake]") {
  FakeSsh ssh;
  ssh.answer("web-1", {"docker"}, "short");
  ssh.answer("web-1", {"docker", "compose", "ls"}, "long", 3);

  const auto done = ssh.run(kHost, {.argv = {"docker", "compose", "ls", "--all"}}, Cancel{});

  REQUIRE(done);
  CHECK(done->out == "long");
  CHECK(done->exit_code == 3);
  CHECK(ssh.ran_lines() == std::vector<std::string>{"docker compose ls --all"});
}

TEST_CASE("FakeSsh knows no other programs, files and hosts", "[ssh][fake]") {
  FakeSsh ssh;
  ssh.put_file("web-1", "/etc/motd", "hello");

  CHECK(ssh.run(kHost, {.argv = {"ls"}}, Cancel{})->exit_code == 127);
  CHECK(ssh.read_file(kHost, "/etc/none", 10, Cancel{}).error().code == Code::NotFound);
  CHECK(ssh.run(HostName{"web-2"}, {.argv = {"ls"}}, Cancel{}).error().code == Code::NotConfigured);
  const auto content = ssh.read_file(kHost, "/etc/motd", 2, Cancel{});
  REQUIRE(content);
  CHECK(content->bytes == "he");
  CHECK(content->size == 5);
}

TEST_CASE("FakeSsh fails before or after the start, as told", "[ssh][fake]") {
  FakeSsh ssh;
  ssh.answer("web-1", {"reboot"}, "");

  ssh.fail_next(Code::SshUnreachable);
  const auto before = ssh.run(kHost, {.argv = {"reboot"}}, Cancel{});
  CHECK(ssh.ran().empty());
  ssh.fail_next(Code::TimeoutUnknown, FakeSsh::AfterStart::Yes);
  const auto after = ssh.run(kHost, {.argv = {"reboot"}}, Cancel{});
  const auto healed = ssh.run(kHost, {.argv = {"reboot"}}, Cancel{});

  CHECK_FALSE(before.error().maybe_done);
  CHECK(after.error().maybe_done);
  CHECK(healed);
  CHECK(ssh.ran().size() == 2);
}

TEST_CASE("FakeSsh keeps a host failing until it is added again", "[ssh][fake]") {
  FakeSsh ssh;
  ssh.answer("web-1", {"true"}, "");
  ssh.fail_host("web-1", Code::SshUnreachable);

  CHECK_FALSE(ssh.run(kHost, {.argv = {"true"}}, Cancel{}));
  CHECK_FALSE(ssh.read_file(kHost, "/x", 1, Cancel{}));
  ssh.add_host("web-1");
  CHECK(ssh.run(kHost, {.argv = {"true"}}, Cancel{}));
}

}  // namespace tier0
