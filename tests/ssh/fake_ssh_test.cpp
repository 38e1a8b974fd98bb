// The fake must behave as the real one does where tools can tell.
#include "tests/fakes/fake_ssh.h"

#include <catch2/catch.hpp>

#include "server/crypto/crypto.h"

namespace tier0 {
namespace {

const HostName kHost{"web-1"};

const std::string kCurrent = "ssh-ed25519 AAAAcurrent smarteros:deploy:2026-10:1";
const std::string kStaged = "ssh-ed25519 AAAAstaged smarteros:deploy:2026-11:2";

/// A host that lets in the keys of its authorized_keys.
void keep_keys(FakeSsh& ssh, const std::string& content) {
  ssh.put_file("web-1", FakeSsh::kAuthorizedKeys, content);
  ssh.answer("web-1", {"true"}, "");
  ssh.check_logins([](KeyUse use) -> Result<std::string> {
    return use == KeyUse::Current ? kCurrent : kStaged;
  });
}

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

TEST_CASE("FakeSsh writes files as the real one does, and remembers it", "[ssh][fake]") {
  FakeSsh ssh;
  ssh.put_file("web-1", "/home/smarteros/.ssh/authorized_keys", "old");
  FileWrite file{.directory = ".ssh", .name = "authorized_keys", .bytes = "new"};

  file.expected_sha256 = crypto::sha256_hex("other");
  CHECK(ssh.write_file(kHost, file, Cancel{}).error().code == Code::Conflict);
  file.expected_sha256 = "";
  CHECK(ssh.write_file(kHost, file, Cancel{}).error().code == Code::Conflict);
  CHECK(ssh.files_written().empty());
  file.expected_sha256 = crypto::sha256_hex("old");
  CHECK(ssh.write_file(kHost, file, Cancel{}));

  CHECK(ssh.file("web-1", "/home/smarteros/.ssh/authorized_keys") == "new");
  CHECK(ssh.file_mode("web-1", "/home/smarteros/.ssh/authorized_keys") == 0600);
  REQUIRE(ssh.files_written().size() == 1);
  CHECK(ssh.files_written().front().path() == "/home/smarteros/.ssh/authorized_keys");
}

TEST_CASE("FakeSsh writes nothing through links, out of folders, or into none", "[ssh][fake]") {
  FakeSsh ssh;
  ssh.add_host("web-1");
  ssh.put_link("web-1", "/srv/link");
  ssh.add_folder("web-1", "/srv/folder");
  const auto kind_of = [&ssh](const std::string& directory, const std::string& name) {
    const auto done =
        ssh.write_file(kHost, {.directory = directory, .name = name, .bytes = "x"}, Cancel{});
    return std::string(done ? "written" : to_string(done.error().code));
  };

  CHECK(kind_of("/srv", "link") == "forbidden");
  CHECK(kind_of("/srv", "folder") == "forbidden");
  CHECK(kind_of("/srv", "../etc") == "validation");
  CHECK(kind_of("/none", "file") == "not_found");
  CHECK(kind_of("/srv/folder", "file") == "written");
}

TEST_CASE("FakeSsh fails a write before or after it was done, as told", "[ssh][fake]") {
  FakeSsh ssh;
  ssh.add_folder("web-1", "/srv");
  ssh.answer("web-1", {"true"}, "");
  const FileWrite file{.directory = "/srv", .name = "file", .bytes = "x"};

  ssh.fail_next_write(Code::SshUnreachable);
  CHECK(ssh.run(kHost, {.argv = {"true"}}, Cancel{}));
  const auto before = ssh.write_file(kHost, file, Cancel{});
  CHECK_FALSE(ssh.file("web-1", "/srv/file"));
  ssh.fail_next_write(Code::TimeoutUnknown, FakeSsh::AfterStart::Yes);
  const auto after = ssh.write_file(kHost, file, Cancel{});

  CHECK_FALSE(before.error().maybe_done);
  CHECK(after.error().maybe_done);
  CHECK(ssh.file("web-1", "/srv/file") == "x");
}

TEST_CASE("FakeSsh lets in the keys that authorized_keys holds now", "[ssh][fake]") {
  FakeSsh ssh;
  keep_keys(ssh, kCurrent + "\n#" + kStaged + "\n");
  const Command current{.argv = {"true"}, .connection = Command::Connection::New};
  const Command staged{.argv = {"true"}, .key = KeyUse::Staged};

  CHECK(ssh.run(kHost, current, Cancel{}));
  CHECK(ssh.run(kHost, staged, Cancel{}).error().code == Code::SshAuth);
  ssh.put_file("web-1", FakeSsh::kAuthorizedKeys, kStaged + "\n");
  CHECK(ssh.run(kHost, current, Cancel{}).error().code == Code::SshAuth);
  CHECK(ssh.run(kHost, staged, Cancel{}));
}

TEST_CASE("FakeSsh goes on with a kept connection whose key is gone, until it is dropped",
          "[ssh][fake]") {
  FakeSsh ssh;
  keep_keys(ssh, kCurrent + "\n");
  REQUIRE(ssh.run(kHost, {.argv = {"true"}}, Cancel{}));
  ssh.put_file("web-1", FakeSsh::kAuthorizedKeys, kStaged + "\n");

  CHECK(ssh.run(kHost, {.argv = {"true"}}, Cancel{}));
  CHECK_FALSE(ssh.run(kHost, {.argv = {"true"}, .connection = Command::Connection::New}, Cancel{}));
  ssh.drop_connections("web-1");
  CHECK(ssh.run(kHost, {.argv = {"true"}}, Cancel{}).error().code == Code::SshAuth);
}

}  // namespace tier0
