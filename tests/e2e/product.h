#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "server/base/fd.h"
#include "server/base/json.h"

namespace tier0 {

/// What a finished command left behind.
struct Finished {
  int exit_code = -1;
  std::string out;
  std::string err;
};

/// Runs `tier0 ARGS` to its end, with `input` on its standard input.
Finished run_to_end(const std::vector<std::string>& args, const std::string& input = "",
                    const std::vector<std::string>& environment = {});

/// The real binary with a state directory of its own, in the sandbox. Every wait is bounded.
class Product {
 public:
  Product();
  ~Product();  // ends what still runs, removes the state
  Product(const Product&) = delete;
  Product& operator=(const Product&) = delete;

  const std::string& state() const { return state_; }
  /// The process that the lock of the state directory names; 0 where it names none.
  pid_t owner() const;

  /// Runs `tier0 ARGS --state …` to its end, with `input` on its standard input.
  Finished run(std::vector<std::string> args, const std::string& input = "",
               const std::vector<std::string>& environment = {}) const;

 private:
  std::string state_;
};

/// A `tier0` that stays: lines go in and come out.
class Running {
 public:
  explicit Running(std::vector<std::string> args, const std::vector<std::string>& environment = {});
  ~Running();  // SIGKILL if it still runs
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  void send(const Json& message) const;
  /// The next line of standard output as JSON; fails the test after ten seconds.
  Json receive();
  /// Whether something comes on standard output by then; receive() has it.
  bool receives_within(std::chrono::milliseconds time) const;
  /// The answer to the request of this id; others are dropped.
  Json answer_to(int id);
  /// The same; empty where the process ends before it.
  std::optional<Json> answer_or_end(int id);
  /// What follows `prefix` in a line of standard error; fails the test after ten seconds.
  std::string wait_for_line(const std::string& prefix);
  /// The line of standard error that holds `text`, in the same way.
  std::string wait_for_text(const std::string& text);
  /// All that standard error says from now until it ends.
  std::string rest_of_log();
  /// Until it has read what was sent and waits for more; fails the test after twenty seconds.
  void wait_until_taken() const;
  void close_input() { in_.reset(); }
  void signal(int number) const;
  /// The exit code, or minus the signal that ended it.
  int wait();
  pid_t pid() const { return pid_; }

 private:
  std::string next_line(int fd, std::string& buffer) const;
  std::optional<std::string> line_or_end(int fd, std::string& buffer) const;

  pid_t pid_ = -1;
  OwnedFd in_;
  OwnedFd out_;
  OwnedFd err_;
  std::string out_buffer_;
  std::string err_buffer_;
};

/// Requests of the revisions before 2026-07-28, and of that one.
Json legacy_request(int id, const std::string& method, Json params = Json::object());
Json modern_request(int id, const std::string& method, Json params = Json::object());
/// The handshake of the revisions before 2026-07-28.
void shake_hands(Running& client);

}  // namespace tier0
