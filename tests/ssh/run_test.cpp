// One program on a host: what comes back, against OpenSSH's server.
#include <catch2/catch.hpp>
#include <fstream>
#include <string>

#include "tests/ssh/arguments.h"
#include "tests/ssh/sshd.h"

namespace tier0 {
namespace {

using testing::hostile_words;
using testing::nul_separated;
using testing::Sshd;
using testing::web1;

Result<CommandOutput> run(const Sshd& sshd, const Command& command) {
  return make_ssh_runner(sshd.options())->run(web1(), command, Cancel{});
}

std::vector<std::string> printf_of(const std::vector<std::string>& words) {
  std::vector<std::string> argv = {"/usr/bin/printf", "%s\\0"};
  argv.insert(argv.end(), words.begin(), words.end());
  return argv;
}

/// The most memory this process ever had, in KiB, since reset_peak.
long peak_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stol(line.substr(6));
  return 0;
}
void reset_peak() {
  std::ofstream("/proc/self/clear_refs") << "5";
}

}  // namespace

TEST_CASE("run returns both streams and the exit code of a program", "[ssh]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;

  const auto done = run(sshd, {.argv = {"sh", "-c", "echo out; echo err >&2; exit 7"}});

  INFO(testing::problem(done));
  REQUIRE(done);
  CHECK(done->exit_code == 7);
  CHECK(done->signal.empty());
  CHECK(done->out == "out\n");
  CHECK(done->err == "err\n");
}

TEST_CASE("run names the signal that killed a program", "[ssh]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;

  // exec: otherwise the login shell would report the death of its child as an exit code.
  const auto done = run(sshd, {.argv = {"exec", "sh", "-c", "kill -KILL $$"}});

  INFO(testing::problem(done));
  REQUIRE(done);
  CHECK(done->signal == "KILL");
}

TEST_CASE("run reports a program that does not exist by the shell's 127", "[ssh]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;

  const auto done = run(sshd, {.argv = {"no-such-program-here"}});

  INFO(testing::problem(done));
  REQUIRE(done);
  CHECK(done->exit_code == 127);
}

TEST_CASE("run gives a program its input and then ends it", "[ssh]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const std::string input(3 * 1024 * 1024, 'i');  // more than any window

  const auto done = run(sshd, {.argv = {"wc", "-c"}, .input = input});

  INFO(testing::problem(done));
  REQUIRE(done);
  CHECK(done->out == std::to_string(input.size()) + "\n");
}

TEST_CASE("run ends the input at once where there is none, so no prompt waits", "[ssh]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;

  const auto done = run(sshd, {.argv = {"sh", "-c", "read answer || echo no answer"}});

  INFO(testing::problem(done));
  REQUIRE(done);
  CHECK(done->out == "no answer\n");
}

TEST_CASE("run ends well where a program leaves its input unread", "[ssh]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;

  const auto done =
      run(sshd, {.argv = {"sh", "-c", "exit 3"}, .input = std::string(8 * 1024 * 1024, 'i')});

  INFO(testing::problem(done));
  REQUIRE(done);
  CHECK(done->exit_code == 3);
}

TEST_CASE("run gives a program no terminal", "[ssh]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;

  const auto done = run(sshd, {.argv = {"tty"}});

  INFO(testing::problem(done));
  REQUIRE(done);
  CHECK(done->out == "not a tty\n");
}

TEST_CASE("a program on the host receives hostile words byte for byte", "[ssh][quote]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;

  const auto done = run(sshd, {.argv = printf_of(hostile_words())});

  INFO(testing::problem(done));
  REQUIRE(done);
  CHECK(done->err.empty());
  CHECK(done->out == nul_separated(hostile_words()));
}

TEST_CASE("a program on the host receives an argument of 100 kB", "[ssh][quote]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const std::string large(100 * 1000, 'x');

  const auto done = run(sshd, {.argv = printf_of({large}), .output_limit = 200 * 1000});

  INFO(testing::problem(done));
  REQUIRE(done);
  CHECK(done->out == nul_separated({large}));
}

TEST_CASE("what run refuses never reaches the host", "[ssh][quote]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;

  const auto done = run(sshd, {.argv = {"echo", std::string("a\0b", 3)}});

  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::Validation);
  CHECK(sshd.connections() == 0);
}

TEST_CASE("run keeps the first bytes of each stream and counts the rest", "[ssh]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;

  const auto done =
      run(sshd, {.argv = {"sh", "-c", "printf 1234567890; printf abcde >&2"}, .output_limit = 4});

  INFO(testing::problem(done));
  REQUIRE(done);
  CHECK(done->out == "1234");
  CHECK(done->out_dropped == 6);
  CHECK(done->err == "abcd");
  CHECK(done->err_dropped == 1);
}

TEST_CASE("run drains 100 MB of output without keeping it in memory", "[ssh]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  constexpr std::size_t kFlood = 100 * 1024 * 1024;
  reset_peak();
  [[maybe_unused]] const long before = peak_memory();

  const auto done = run(sshd, {.argv = {"head", "-c", std::to_string(kFlood), "/dev/zero"}});

  INFO(testing::problem(done));
  REQUIRE(done);
  CHECK(done->exit_code == 0);
  CHECK(done->out.size() == 64 * 1024);
  CHECK(done->out_dropped == kFlood - 64 * 1024);
#ifndef __SANITIZE_ADDRESS__  // which keeps freed memory for a while, to see who still uses it
  CHECK(peak_memory() - before < 16 * 1024);
#endif
}

TEST_CASE("run does not wait for a child that a program left behind", "[ssh]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;

  const auto done = run(sshd, {.argv = {"sh", "-c", "sleep 20 & echo started"}});

  INFO(testing::problem(done));
  REQUIRE(done);
  CHECK(done->out == "started\n");
  CHECK(done->exit_code == 0);
  CHECK(done->took < std::chrono::seconds(10));
}

TEST_CASE("run says which limits applied", "[ssh]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  SshOptions options = sshd.options();
  options.limits.longest = std::chrono::seconds(20);

  const auto done = make_ssh_runner(options)->run(
      web1(), {.argv = {"true"}, .total = std::chrono::hours(9), .idle = std::chrono::seconds(5)},
      Cancel{});

  INFO(testing::problem(done));
  REQUIRE(done);
  CHECK(done->total_limit == std::chrono::seconds(20));
  CHECK(done->idle_limit == std::chrono::seconds(5));
}

TEST_CASE("run on a host that nobody configured is not_configured", "[ssh]") {
  const SshOptions options{
      .user = "nobody",
      .private_key = [](KeyUse, const Cancel&) -> Result<Secret> { return Secret(); },
      .find_host = [](const HostName&) { return std::optional<SshHost>(); }};

  const auto done = make_ssh_runner(options)->run(web1(), {.argv = {"true"}}, Cancel{});

  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::NotConfigured);
}

}  // namespace tier0
