// Which host we speak to, and as whom: decided before anybody logs in.
#include <signal.h>

#include <catch2/catch.hpp>
#include <map>

#include "server/ssh/host_keys.h"
#include "tests/ssh/sshd.h"

namespace tier0 {
namespace {

using testing::run_program;
using testing::Sshd;
using testing::web1;

class Pins final : public HostKeyPins {
 public:
  Result<std::optional<HostKeyFingerprint>> find(const HostName& host,
                                                 const Cancel&) const override {
    if (fail) return Error{.code = Code::Internal, .message = "the store is gone"};
    const auto found = keys.find(host);
    if (found == keys.end()) return std::optional<HostKeyFingerprint>();
    return std::optional(found->second);
  }
  std::map<HostName, HostKeyFingerprint> keys;
  bool fail = false;
};

/// The server with `key` as the configuration's idea of its key, and a count of how often our own
/// key was asked for.
struct Setup {
  SshOptions options;
  std::shared_ptr<int> key_uses = std::make_shared<int>(0);

  Setup(const Sshd& sshd, const std::optional<HostKeyFingerprint>& key) : options(sshd.options()) {
    const std::uint16_t port = sshd.port();
    options.find_host = [port, key](const HostName&) -> std::optional<SshHost> {
      return SshHost{.address = "127.0.0.1", .port = port, .host_key = key};
    };
    options.private_key = [uses = key_uses, secret = sshd.user_key()](
                              KeyUse, const Cancel&) -> Result<Secret> {
      ++*uses;
      return secret;
    };
  }
  Result<CommandOutput> run() const {
    return make_ssh_runner(options)->run(web1(), {.argv = {"true"}}, Cancel{});
  }
};

HostKeyFingerprint parsed(const std::string& text) {
  const auto key = HostKeyFingerprint::parse(text);
  REQUIRE(key);
  return *key;
}

const std::string kForeign = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

Result<CommandOutput> run_with_key(const Sshd& sshd, const Secret& key) {
  SshOptions options = sshd.options();
  options.private_key = [key](KeyUse, const Cancel&) -> Result<Secret> { return key; };
  return make_ssh_runner(options)->run(web1(), {.argv = {"true"}}, Cancel{});
}

}  // namespace

TEST_CASE("a host key fingerprint is SHA256 and 43 characters of base64", "[ssh][hostkey]") {
  CHECK(HostKeyFingerprint::parse(kForeign));
  for (const std::string& wrong :
       {std::string(), std::string("SHA256:"), kForeign + "A", kForeign + "=",
        kForeign.substr(0, kForeign.size() - 1), "MD5:" + kForeign.substr(7),
        kForeign.substr(0, kForeign.size() - 1) + " ", " " + kForeign}) {
    INFO(wrong);
    const auto key = HostKeyFingerprint::parse(wrong);
    REQUIRE_FALSE(key);
    CHECK(key.error().code == Code::Validation);
  }
}

TEST_CASE("fetch_host_key shows what ssh-keygen shows", "[ssh][hostkey]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;

  const auto key = fetch_host_key("127.0.0.1", sshd.port(), Cancel{});

  INFO(testing::problem(key));
  REQUIRE(key);
  CHECK(key->value == sshd.fingerprint());
  CHECK(key->algorithm == "ssh-ed25519");
}

TEST_CASE("fetch_host_key resolves a host name", "[ssh][hostkey]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;

  const auto key = fetch_host_key("localhost", sshd.port(), Cancel{});

  INFO(testing::problem(key));
  REQUIRE(key);
  CHECK(key->value == sshd.fingerprint());
}

TEST_CASE("a host without a known key is ssh_hostkey_unknown, and our key stays unused",
          "[ssh][hostkey]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const Setup setup(sshd, std::nullopt);

  const auto done = setup.run();

  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::SshHostkeyUnknown);
  CHECK(done.error().message.find(sshd.fingerprint()) != std::string::npos);
  CHECK(done.error().hint.find("tier0 hosts pin web-1") != std::string::npos);
  CHECK(*setup.key_uses == 0);
}

TEST_CASE("a host with another key is ssh_hostkey_changed, and our key stays unused",
          "[ssh][hostkey]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const Setup setup(sshd, parsed(kForeign));

  const auto done = setup.run();

  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::SshHostkeyChanged);
  CHECK(done.error().message.find(sshd.fingerprint()) != std::string::npos);
  CHECK(done.error().message.find(kForeign) != std::string::npos);
  CHECK(*setup.key_uses == 0);
}

TEST_CASE("a pinned key lets a host in that the configuration gives no key", "[ssh][hostkey]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  Setup setup(sshd, std::nullopt);
  Pins pins;
  pins.keys[web1()] = parsed(sshd.fingerprint());
  setup.options.pins = &pins;

  const auto done = setup.run();

  INFO(testing::problem(done));
  CHECK(done);
}

TEST_CASE("a key in the configuration wins over a pinned one", "[ssh][hostkey]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  Setup setup(sshd, parsed(kForeign));
  Pins pins;
  pins.keys[web1()] = parsed(sshd.fingerprint());
  setup.options.pins = &pins;

  const auto done = setup.run();

  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::SshHostkeyChanged);
}

TEST_CASE("pins that cannot be read refuse the connection", "[ssh][hostkey]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  Setup setup(sshd, std::nullopt);
  Pins pins;
  pins.fail = true;
  setup.options.pins = &pins;

  CHECK_FALSE(setup.run());
  CHECK(sshd.connections() == 0);
}

TEST_CASE("a host that shows a new key is not spoken to again", "[ssh][hostkey]") {
  if (!Sshd::installed()) return;
  Sshd sshd;
  const auto runner = make_ssh_runner(sshd.options());
  REQUIRE(runner->run(web1(), {.argv = {"true"}}, Cancel{}));
  sshd.change_host_key();
  sshd.signal_connections(SIGKILL);

  const auto done = runner->run(web1(), {.argv = {"true"}}, Cancel{});

  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::SshHostkeyChanged);
}

TEST_CASE("an open connection is not reused once another key is expected", "[ssh][hostkey]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const auto expected = std::make_shared<HostKeyFingerprint>(parsed(sshd.fingerprint()));
  SshOptions options = sshd.options();
  options.find_host = [expected, port = sshd.port()](const HostName&) -> std::optional<SshHost> {
    return SshHost{.address = "127.0.0.1", .port = port, .host_key = *expected};
  };
  const auto runner = make_ssh_runner(options);
  REQUIRE(runner->run(web1(), {.argv = {"true"}}, Cancel{}));
  *expected = parsed(kForeign);

  const auto done = runner->run(web1(), {.argv = {"true"}}, Cancel{});

  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::SshHostkeyChanged);
}

TEST_CASE("a key that the host does not know is ssh_auth", "[ssh][auth]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;

  const auto done = run_with_key(sshd, sshd.other_key());

  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::SshAuth);
  CHECK_FALSE(done.error().hint.empty());
}

TEST_CASE("a key that is not Ed25519 in OpenSSH's form is refused by name", "[ssh][auth]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const auto make = [&sshd](std::vector<std::string> arguments) {
    const std::string path = sshd.path("made");
    std::filesystem::remove(path);
    std::vector<std::string> argv = {"/usr/bin/ssh-keygen", "-q", "-f", path};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    REQUIRE(run_program(argv).exit_code == 0);
    return testing::read_file(path);
  };
  const std::vector<std::string> keys = {
      make({"-t", "rsa", "-b", "2048", "-N", ""}),
      make({"-t", "rsa", "-b", "2048", "-m", "PKCS8", "-N", ""}),
      make({"-t", "ed25519", "-N", "a passphrase"}),
      testing::read_file(sshd.path("user_key.pub")),
      "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
      "canary-4711",
  };

  for (const std::string& key : keys) {
    const auto done = run_with_key(sshd, Secret(key));
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Code::SecretUnavailable);
    CHECK(done.error().hint.find("ssh-keygen -t ed25519") != std::string::npos);
    CHECK(done.error().message.find("canary") == std::string::npos);
  }
}

TEST_CASE("a key whose last line end was dropped still works", "[ssh][auth]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  std::string key = testing::read_file(sshd.path("user_key"));
  key.pop_back();

  const auto done = run_with_key(sshd, Secret(key));

  INFO(testing::problem(done));
  CHECK(done);
}

TEST_CASE("a secret that cannot be had is the call's error", "[ssh][auth]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  SshOptions options = sshd.options();
  options.private_key = [](KeyUse, const Cancel&) -> Result<Secret> {
    return Error{.code = Code::SecretDenied, .message = "no"};
  };

  const auto done = make_ssh_runner(options)->run(web1(), {.argv = {"true"}}, Cancel{});

  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::SecretDenied);
}

}  // namespace tier0
