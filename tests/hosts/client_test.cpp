// The simulated hosts, used by our own client.
#include <catch2/catch.hpp>
#include <chrono>

#include "tests/hosts/test_world.h"

namespace tier0::sandbox {
namespace {

using namespace std::chrono_literals;
using Clk = std::chrono::steady_clock;

/// A world and its hosts.
struct Stage {
  TestWorld world;
  std::unique_ptr<Hosts> hosts;
  std::unique_ptr<SshRunner> ssh;

  explicit Stage(const std::string& user = "smarteros") {
    auto started = Hosts::start(world);
    REQUIRE(started);
    hosts = *std::move(started);
    ssh = world.client(*hosts, user);
  }
  Result<CommandOutput> run(const std::vector<std::string>& argv) const {
    return ssh->run(web1(), {.argv = argv}, Cancel{});
  }
  /// What a new connection runs into, once the hosts have heard of the world's change.
  bool soon_fails_with(Code code) const {
    return holds_soon([&] {
      const auto done =
          ssh->run(web1(), {.argv = {"true"}, .connection = Command::Connection::New}, Cancel{});
      return !done && done.error().code == code;
    });
  }
};

}  // namespace

TEST_CASE("a simulated host runs a plain program for who has a key", "[hosts]") {
  const Stage stage;

  const auto done = stage.run({"uptime"});

  INFO(problem(done));
  REQUIRE(done);
  CHECK(done->exit_code == 0);
  CHECK(done->out.find("up 9 days") != std::string::npos);
}

TEST_CASE("a simulated host gives both streams and the exit code", "[hosts]") {
  const Stage stage;

  const auto unknown = stage.run({"no-such-program"});
  const auto missing = stage.run({"cat", "/etc/hostname", "/none"});

  INFO(problem(unknown));
  REQUIRE(unknown);
  CHECK(unknown->exit_code == 127);
  REQUIRE(missing);
  CHECK(missing->out == "web-1.example\n");
  CHECK(missing->err == "cat: /none: No such file or directory\n");
  CHECK(missing->exit_code == 1);
}

TEST_CASE("a simulated host keeps a connection for many calls", "[hosts]") {
  const Stage stage;
  for (int call = 0; call < 20; ++call) {
    const auto done = stage.run({"id", "-un"});
    INFO(problem(done));
    REQUIRE(done);
    CHECK(done->out == "smarteros\n");
  }
}

TEST_CASE("a simulated host lets in only who has a key there", "[hosts]") {
  Stage stage;
  CHECK(stage.world.client(*stage.hosts, "root")
            ->run(web1(), {.argv = {"true"}}, Cancel{})
            .error()
            .code == Code::SshAuth);

  stage.world.change_disk_of_17(
      [](Disk& disk) { disk.files.erase(authorized_keys_path("smarteros")); });

  CHECK(stage.soon_fails_with(Code::SshAuth));
}

TEST_CASE("a key with a forced command runs nothing else", "[hosts]") {
  Stage stage;
  stage.world.change_disk_of_17([&](Disk& disk) {
    disk.files[authorized_keys_path("smarteros")].content =
        "restrict,command=\"whoami\" " + stage.world.public_key();
  });

  const auto done = stage.run({"cat", "/etc/hostname"});

  INFO(problem(done));
  REQUIRE(done);
  CHECK(done->out == "smarteros\n");
  CHECK_FALSE(stage.ssh->read_file(web1(), "/etc/hostname", 100, Cancel{}));
}

TEST_CASE("files of a simulated host are read as they are", "[hosts][sftp]") {
  Stage stage;
  std::string large;
  for (int i = 0; i < 300'000; ++i) large += static_cast<char>(i * 31);
  stage.world.change_disk_of_17([&](Disk& disk) {
    disk.files["/srv/large"] = {.content = large};
    disk.files["/srv/link"] = {.kind = File::Kind::Link, .content = "large"};
  });
  const auto read = [&stage](const std::string& path, std::size_t limit = 1 << 20) {
    return stage.ssh->read_file(web1(), path, limit, Cancel{});
  };

  const auto whole = read("/srv/large");
  const auto cut = read("/srv/large", 1000);

  INFO(problem(whole));
  REQUIRE(whole);
  CHECK(whole->bytes == large);
  REQUIRE(cut);
  CHECK(cut->bytes == large.substr(0, 1000));
  CHECK(cut->size == large.size());
  CHECK(read("/srv/none").error().code == Code::NotFound);
  CHECK(read("/etc/shadow").error().code == Code::Forbidden);
  CHECK(read("/srv").error().code == Code::Forbidden);
  CHECK(read("/srv/link").error().code == Code::Forbidden);
}

TEST_CASE("a stopped machine refuses connections and comes back on the same port", "[hosts]") {
  Stage stage;
  REQUIRE(stage.run({"true"}));
  const int port = stage.hosts->endpoint("17")->port;

  stage.world.change([](HostState& state) {
    state.power = Power::Off;
    state.answers_ssh = false;
  });
  CHECK(stage.soon_fails_with(Code::SshUnreachable));
  CHECK(stage.hosts->endpoint("17")->port == port);

  stage.world.change([](HostState& state) {
    state.power = Power::On;
    state.answers_ssh = true;
  });
  CHECK(holds_soon([&] { return stage.run({"true"}).has_value(); }));
}

TEST_CASE("a connection ends when the firewall shuts port 22", "[hosts]") {
  Stage stage;
  stage.world.script({{"programs", {{{"argv", {"uptime"}}, {"do", "hang"}}}}});
  REQUIRE(stage.run({"true"}));
  const auto begin = Clk::now();

  std::jthread closer([&] {
    const auto waited = stage.world.announced("17");  // any look at the world will do
    stage.world.change([](HostState& state) { state.answers_ssh = false; });
  });
  const auto done = stage.run({"uptime"});

  INFO(problem(done));
  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::SshUnreachable);
  CHECK(Clk::now() - begin < 8s);
}

TEST_CASE("another system on the machine shows another key", "[hosts]") {
  Stage stage;
  REQUIRE(stage.run({"true"}));

  stage.world.change([](HostState& state) { state.host_key_seed = std::string(64, '8'); });

  CHECK(stage.soon_fails_with(Code::SshHostkeyChanged));
  CHECK(stage.world.announced("17")->host_key == stage.hosts->endpoint("17")->host_key);
}

TEST_CASE("machines appear and go with the world", "[hosts]") {
  Stage stage;
  CHECK_FALSE(stage.hosts->endpoint("18"));

  HostState other = *stage.world.host("17");
  other.vps = "18";
  stage.world.add(other);
  REQUIRE(holds_soon([&] { return stage.hosts->endpoint("18").has_value(); }));
  CHECK(stage.hosts->endpoint("18")->port != stage.hosts->endpoint("17")->port);

  stage.world.remove("18");
  CHECK(holds_soon([&] { return !stage.hosts->endpoint("18").has_value(); }));
}

TEST_CASE("the hosts end at once with clients connected and programs hanging", "[hosts]") {
  Stage stage;
  stage.world.script({{"programs", {{{"argv", {"uptime"}}, {"do", "hang"}}}}});
  std::jthread client([&] { static_cast<void>(stage.run({"uptime"})); });
  REQUIRE(stage.run({"true"}));

  const auto begin = Clk::now();
  stage.hosts.reset();

  CHECK(Clk::now() - begin < 2s);
}

}  // namespace tier0::sandbox
