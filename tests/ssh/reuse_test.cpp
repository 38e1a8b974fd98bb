// Connections: kept, shared out, replaced, closed.
#include <signal.h>

#include <catch2/catch.hpp>
#include <future>

#include "tests/ssh/sshd.h"

namespace tier0 {
namespace {

using namespace std::chrono_literals;
using testing::Sshd;
using testing::web1;

const Command kTrue{.argv = {"true"}};

/// Counts how many of its programs run at once: each leaves a mark while it runs.
std::vector<std::string> marking(const Sshd& sshd, int number) {
  const std::string mark = sshd.path("mark-" + std::to_string(number));
  return {"sh", "-c",
          "touch " + mark + "; sleep 0.3; ls " + sshd.path("mark-*") + " | wc -l; rm " + mark};
}

}  // namespace

TEST_CASE("calls one after another share one connection", "[ssh][reuse]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const auto runner = make_ssh_runner(sshd.options());

  for (int call = 0; call < 5; ++call) {
    const auto done = runner->run(web1(), {.argv = {"echo", std::to_string(call)}}, Cancel{});
    INFO(testing::problem(done));
    REQUIRE(done);
    CHECK(done->out == std::to_string(call) + "\n");
  }
  CHECK(runner->read_file(web1(), "/etc/passwd", 100, Cancel{}));

  CHECK(sshd.connections() == 1);
}

TEST_CASE("a call that wants a new connection gets one that is used for nothing else",
          "[ssh][reuse]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const auto runner = make_ssh_runner(sshd.options());
  REQUIRE(runner->run(web1(), kTrue, Cancel{}));

  const auto done =
      runner->run(web1(), {.argv = {"true"}, .connection = Command::Connection::New}, Cancel{});

  INFO(testing::problem(done));
  CHECK(done);
  CHECK(sshd.connections() == 2);
  REQUIRE(runner->run(web1(), kTrue, Cancel{}));
  CHECK(sshd.connections() == 2);
}

TEST_CASE("a failing program leaves the connection usable", "[ssh][reuse]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const auto runner = make_ssh_runner(sshd.options());

  REQUIRE(runner->run(web1(), {.argv = {"false"}}, Cancel{}));
  REQUIRE(runner->run(web1(), {.argv = {"sh", "-c", "kill -9 $$"}}, Cancel{}));
  REQUIRE(runner->run(web1(), kTrue, Cancel{}));

  CHECK(sshd.connections() == 1);
}

TEST_CASE("a connection is dropped with the program that outlived its deadline", "[ssh][reuse]") {
  if (!Sshd::installed()) return;
  Sshd sshd;
  const auto runner = make_ssh_runner(sshd.options());
  REQUIRE_FALSE(runner->run(web1(), {.argv = {"sleep", "5"}, .total = 1s}, Cancel{}));

  const auto done = runner->run(web1(), kTrue, Cancel{});

  INFO(testing::problem(done));
  CHECK(done);
  CHECK(sshd.connections() == 2);
}

TEST_CASE("a kept connection that died is replaced without the caller noticing", "[ssh][reuse]") {
  if (!Sshd::installed()) return;
  Sshd sshd;
  const auto runner = make_ssh_runner(sshd.options());
  REQUIRE(runner->run(web1(), kTrue, Cancel{}));
  sshd.signal_connections(SIGKILL);
  REQUIRE(sshd.all_end_within(5s));

  const auto done = runner->run(web1(), kTrue, Cancel{});

  INFO(testing::problem(done));
  CHECK(done);
  CHECK(sshd.connections() == 2);
}

TEST_CASE("a kept connection whose peer no longer answers is replaced", "[ssh][reuse]") {
  if (!Sshd::installed()) return;
  Sshd sshd;
  SshOptions options = sshd.options();
  options.limits.keepalive = 100ms;
  options.limits.keepalive_answer = 300ms;
  const auto runner = make_ssh_runner(options);
  REQUIRE(runner->run(web1(), kTrue, Cancel{}));
  sshd.signal_connections(SIGSTOP);

  const auto done = runner->run(web1(), kTrue, Cancel{});

  INFO(testing::problem(done));
  CHECK(done);
  CHECK(sshd.connections() == 2);
}

TEST_CASE("an unused connection is closed after its time", "[ssh][reuse]") {
  if (!Sshd::installed()) return;
  Sshd sshd;
  SshOptions options = sshd.options();
  options.limits.unused = 200ms;
  const auto runner = make_ssh_runner(options);

  REQUIRE(runner->run(web1(), kTrue, Cancel{}));

  CHECK(sshd.all_end_within(5s));
}

TEST_CASE("a connection beyond its age is not used again", "[ssh][reuse]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  SshOptions options = sshd.options();
  options.limits.oldest = 0ms;
  const auto runner = make_ssh_runner(options);

  REQUIRE(runner->run(web1(), kTrue, Cancel{}));
  REQUIRE(runner->run(web1(), kTrue, Cancel{}));

  CHECK(sshd.connections() == 2);
}

TEST_CASE("the end of the runner closes what it kept", "[ssh][reuse]") {
  if (!Sshd::installed()) return;
  Sshd sshd;
  auto runner = make_ssh_runner(sshd.options());
  REQUIRE(runner->run(web1(), kTrue, Cancel{}));

  runner.reset();

  CHECK(sshd.all_end_within(5s));
}

TEST_CASE("no more than two programs run on one host at once", "[ssh][reuse]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const auto runner = make_ssh_runner(sshd.options());
  std::vector<std::future<Result<CommandOutput>>> calls;

  for (int number = 0; number < 6; ++number)
    calls.push_back(std::async(std::launch::async, [&runner, &sshd, number] {
      return runner->run(web1(), {.argv = marking(sshd, number)}, Cancel{});
    }));

  for (auto& call : calls) {
    const auto done = call.get();
    INFO(testing::problem(done));
    REQUIRE(done);
    CHECK(std::stoi(done->out) <= 2);
  }
  CHECK(sshd.connections() == 2);
}

TEST_CASE("a call that waits for a busy host ends with its stop or its deadline",
          "[ssh][reuse][cancel]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  SshOptions options = sshd.options();
  options.limits.per_host = 1;
  const auto runner = make_ssh_runner(options);
  std::stop_source holder_stop;
  // No output is read before the file exists, so the second call surely finds the host busy.
  const std::string mark = sshd.path("busy");
  REQUIRE(testing::run_program({"/usr/bin/mkfifo", mark}).exit_code == 0);
  auto holder = std::async(std::launch::async, [&] {
    return runner->run(web1(), {.argv = {"sh", "-c", "echo > " + mark + "; exec sleep 20"}},
                       {.stop = holder_stop.get_token()});
  });
  CHECK(testing::read_file(mark) == "\n");  // the program runs

  const auto late =
      runner->run(web1(), kTrue, {.deadline = std::chrono::steady_clock::now() + 200ms});
  std::stop_source stop;
  auto stopped = std::async(std::launch::async,
                            [&] { return runner->run(web1(), kTrue, {.stop = stop.get_token()}); });
  CHECK(stopped.wait_for(100ms) == std::future_status::timeout);
  stop.request_stop();

  REQUIRE_FALSE(late);
  CHECK(late.error().code == Code::Timeout);
  CHECK(late.error().message.find("in use") != std::string::npos);
  CHECK(stopped.get().error().code == Code::Cancelled);
  holder_stop.request_stop();
  CHECK_FALSE(holder.get());
  CHECK(sshd.connections() == 1);
}

TEST_CASE("stopping one call leaves the other one on the same host alone", "[ssh][reuse][cancel]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const auto runner = make_ssh_runner(sshd.options());
  std::stop_source stop;
  auto doomed = std::async(std::launch::async, [&] {
    return runner->run(web1(), {.argv = {"sleep", "20"}}, {.stop = stop.get_token()});
  });
  auto other = std::async(std::launch::async, [&] {
    return runner->run(web1(), {.argv = {"sh", "-c", "sleep 2; echo fine"}}, Cancel{});
  });
  CHECK(doomed.wait_for(1s) == std::future_status::timeout);

  stop.request_stop();

  CHECK(doomed.get().error().code == Code::Cancelled);
  const auto done = other.get();
  INFO(testing::problem(done));
  REQUIRE(done);
  CHECK(done->out == "fine\n");
}

}  // namespace tier0
