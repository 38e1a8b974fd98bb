// Programs that do not end when they should, against OpenSSH's server.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <future>

#include "tests/ssh/sshd.h"

namespace tier0 {
namespace {

using namespace std::chrono_literals;
using testing::Sshd;
using testing::web1;
using Clk = std::chrono::steady_clock;

struct Timed {
  Result<CommandOutput> done;
  Clk::duration took;
};
Timed timed_run(SshRunner& runner, const Command& command, const Cancel& cancel) {
  const auto begin = Clk::now();
  auto done = runner.run(web1(), command, cancel);
  return {std::move(done), Clk::now() - begin};
}

/// Lets a remote program say that it has begun: `wait` returns once something was written to it.
class Signpost {
 public:
  explicit Signpost(const Sshd& sshd) : path_(sshd.path("signpost")) {
    REQUIRE(::mkfifo(path_.c_str(), 0600) == 0);
    fd_ = ::open(path_.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    REQUIRE(fd_ >= 0);
  }
  ~Signpost() { ::close(fd_); }
  Signpost(const Signpost&) = delete;
  Signpost& operator=(const Signpost&) = delete;

  /// A program that reaches the signpost and then stays for 20 seconds, saying nothing.
  std::vector<std::string> argv() const {
    return {"sh", "-c", "echo > " + path_ + "; exec sleep 20"};
  }
  bool wait() const {
    pollfd reached{.fd = fd_, .events = POLLIN, .revents = 0};
    return ::poll(&reached, 1, 10000) == 1;
  }

 private:
  std::string path_;
  int fd_ = -1;
};

}  // namespace

TEST_CASE("a program that never ends is timeout_unknown at the total limit", "[ssh][deadline]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const auto runner = make_ssh_runner(sshd.options());

  const auto [done, took] = timed_run(
      *runner, {.argv = {"sh", "-c", "while :; do echo x; sleep 1; done"}, .total = 2500ms}, {});

  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::TimeoutUnknown);
  CHECK(done.error().maybe_done);
  CHECK(done.error().message.find("2500 ms") != std::string::npos);
  CHECK(done.error().message.find("may still be running") != std::string::npos);
  CHECK(took < 4s);
}

TEST_CASE("a silent program is timeout_unknown at the idle limit", "[ssh][deadline]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const auto runner = make_ssh_runner(sshd.options());

  const auto [done, took] =
      timed_run(*runner, {.argv = {"sh", "-c", "echo x; sleep 20"}, .idle = 1s}, {});

  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::TimeoutUnknown);
  CHECK(done.error().message.find("no output for 1 s") != std::string::npos);
  CHECK(took < 5s);
}

TEST_CASE("output, however slow, keeps a program from being idle", "[ssh][deadline]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const auto runner = make_ssh_runner(sshd.options());

  const auto [done, took] = timed_run(
      *runner,
      {.argv = {"sh", "-c", "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo $i; sleep 0.3; done"},
       .idle = 3s},
      {});

  INFO(testing::problem(done));
  REQUIRE(done);
  CHECK(took > 3s);
}

TEST_CASE("a stop ends a running program's call at once and says that it was started",
          "[ssh][cancel]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const Signpost signpost(sshd);
  const auto runner = make_ssh_runner(sshd.options());
  std::stop_source stop;
  auto call = std::async(std::launch::async, [&] {
    return runner->run(web1(), {.argv = signpost.argv()}, {.stop = stop.get_token()});
  });
  REQUIRE(signpost.wait());

  const auto begin = Clk::now();
  stop.request_stop();
  const auto done = call.get();

  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::Cancelled);
  CHECK(done.error().maybe_done);
  CHECK(done.error().message.find("was started on web-1") != std::string::npos);
  CHECK(Clk::now() - begin < 1s);
}

TEST_CASE("a connection that drops under a program is ssh_unreachable and maybe done",
          "[ssh][deadline]") {
  if (!Sshd::installed()) return;
  Sshd sshd;
  const Signpost signpost(sshd);
  const auto runner = make_ssh_runner(sshd.options());
  REQUIRE(runner->run(web1(), {.argv = {"true"}}, Cancel{}));  // leaves a connection to reuse
  auto call = std::async(std::launch::async,
                         [&] { return runner->run(web1(), {.argv = signpost.argv()}, Cancel{}); });
  REQUIRE(signpost.wait());

  sshd.signal_connections(SIGKILL);
  const auto done = call.get();

  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::SshUnreachable);
  CHECK(done.error().maybe_done);
  CHECK(sshd.connections() == 1);  // never sent a second time
}

TEST_CASE("a peer that gives no sign of life is ssh_unreachable before the idle limit",
          "[ssh][keepalive]") {
  if (!Sshd::installed()) return;
  Sshd sshd;
  const Signpost signpost(sshd);
  SshOptions options = sshd.options();
  options.limits.keepalive = 300ms;
  options.limits.keepalive_answer = 500ms;
  const auto runner = make_ssh_runner(options);
  auto call = std::async(std::launch::async,
                         [&] { return runner->run(web1(), {.argv = signpost.argv()}, Cancel{}); });
  REQUIRE(signpost.wait());

  sshd.signal_connections(SIGSTOP);  // its kernel still acknowledges what we send
  const auto done = call.get();

  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::SshUnreachable);
  CHECK(done.error().maybe_done);
  CHECK(done.error().message.find("no sign of life") != std::string::npos);
}

TEST_CASE("a peer that answers keepalives may be silent for long", "[ssh][keepalive]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  SshOptions options = sshd.options();
  options.limits.keepalive = 100ms;
  options.limits.keepalive_answer = 2s;

  const auto done =
      make_ssh_runner(options)->run(web1(), {.argv = {"sh", "-c", "sleep 3; echo done"}}, Cancel{});

  INFO(testing::problem(done));
  REQUIRE(done);
  CHECK(done->out == "done\n");
}

}  // namespace tier0
