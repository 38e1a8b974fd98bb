// Changing our own key on a host, against OpenSSH's server.
#include <catch2/catch.hpp>

#include "server/crypto/crypto.h"
#include "tests/ssh/sshd.h"

namespace tier0 {
namespace {

using testing::Sshd;
using testing::web1;

const Command kProof{.argv = {"true"}, .connection = Command::Connection::New};
const Command kStagedProof{.argv = {"true"}, .key = KeyUse::Staged};

/// A host that lets in the current key, and a key store with another one staged.
struct Rotation {
  Sshd sshd;
  std::shared_ptr<bool> committed = std::make_shared<bool>(false);
  std::unique_ptr<SshRunner> runner;

  explicit Rotation(const SshLimits& limits = {}) {
    SshOptions options = sshd.options();
    options.limits = limits;
    options.private_key = [done = committed, old_key = sshd.user_key(), new_key = sshd.other_key()](
                              KeyUse use, const Cancel&) -> Result<Secret> {
      if (use == KeyUse::Staged && *done)
        return Error{.code = Code::NotConfigured, .message = "no key is staged"};
      return use == KeyUse::Staged || *done ? new_key : old_key;
    };
    runner = make_ssh_runner(std::move(options));
  }

  std::string keys() const { return testing::read_file(sshd.path("authorized_keys")); }
  std::string old_line() const { return testing::read_file(sshd.path("user_key.pub")); }
  std::string new_line() const { return testing::read_file(sshd.path("other_key.pub")); }
  Result<Unit> write_keys(const std::string& lines) const {
    return runner->write_file(web1(),
                              {.directory = sshd.path(""),
                               .name = "authorized_keys",
                               .bytes = lines,
                               .expected_sha256 = crypto::sha256_hex(keys())},
                              Cancel{});
  }
};

void check_refused(const Result<CommandOutput>& done) {
  INFO(testing::problem(done));
  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::SshAuth);
}

void check_let_in(const Result<CommandOutput>& done) {
  INFO(testing::problem(done));
  CHECK(done);
}

}  // namespace

TEST_CASE("a staged key is refused until authorized_keys has it", "[ssh][keys]") {
  if (!Sshd::installed()) return;
  const Rotation rotation;

  check_refused(rotation.runner->run(web1(), kStagedProof, Cancel{}));
  REQUIRE(rotation.write_keys(rotation.old_line() + rotation.new_line()));

  check_let_in(rotation.runner->run(web1(), kStagedProof, Cancel{}));
  check_let_in(rotation.runner->run(web1(), kProof, Cancel{}));
}

TEST_CASE("a new connection shows that a removed key is refused while a kept one goes on",
          "[ssh][keys]") {
  if (!Sshd::installed()) return;
  const Rotation rotation;
  REQUIRE(rotation.write_keys(rotation.new_line()));

  check_refused(rotation.runner->run(web1(), kProof, Cancel{}));

  check_let_in(rotation.runner->run(web1(), {.argv = {"true"}}, Cancel{}));
  check_let_in(rotation.runner->run(web1(), kStagedProof, Cancel{}));
}

TEST_CASE("a connection of the staged key serves nothing but its own call", "[ssh][keys]") {
  if (!Sshd::installed()) return;
  const Rotation rotation;
  REQUIRE(rotation.write_keys(rotation.old_line() + rotation.new_line()));
  const int before = rotation.sshd.connections();

  check_let_in(rotation.runner->run(web1(), kStagedProof, Cancel{}));
  check_let_in(rotation.runner->run(web1(), kStagedProof, Cancel{}));

  CHECK(rotation.sshd.connections() == before + 2);
  check_let_in(rotation.runner->run(web1(), {.argv = {"true"}}, Cancel{}));
  CHECK(rotation.sshd.connections() == before + 2);  // the kept one of the current key
}

TEST_CASE("after a rotation each connection that is made takes the new key", "[ssh][keys]") {
  if (!Sshd::installed()) return;
  SshLimits limits;
  limits.oldest = {};  // what is kept is too old at once
  const Rotation rotation(limits);
  REQUIRE(rotation.write_keys(rotation.old_line() + rotation.new_line()));
  *rotation.committed = true;
  REQUIRE(rotation.write_keys(rotation.new_line()));

  check_let_in(rotation.runner->run(web1(), {.argv = {"true"}}, Cancel{}));
  check_let_in(rotation.runner->run(web1(), kProof, Cancel{}));

  const auto staged = rotation.runner->run(web1(), kStagedProof, Cancel{});
  REQUIRE_FALSE(staged);
  CHECK(staged.error().code == Code::NotConfigured);
}

TEST_CASE("a host that knows only the key before is written to with that one", "[ssh][keys]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  SshOptions options = sshd.options();
  options.private_key = [before = sshd.user_key(), now = sshd.other_key()](
                            KeyUse use, const Cancel&) -> Result<Secret> {
    return use == KeyUse::Previous ? before : now;
  };
  const auto runner = make_ssh_runner(std::move(options));
  const std::string lines = testing::read_file(sshd.path("authorized_keys"));
  const std::string new_line = testing::read_file(sshd.path("other_key.pub"));
  check_refused(runner->run(web1(), kProof, Cancel{}));

  const auto wrote = runner->write_file(web1(),
                                        {.directory = sshd.path(""),
                                         .name = "authorized_keys",
                                         .bytes = lines + new_line,
                                         .expected_sha256 = crypto::sha256_hex(lines),
                                         .key = KeyUse::Previous},
                                        Cancel{});

  REQUIRE(wrote);
  check_let_in(runner->run(web1(), kProof, Cancel{}));
}

}  // namespace tier0
