#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/fd.h"

namespace tier0 {

/// A program of the test's own, killed with it. Every wait is bounded.
class ChildProcess {
 public:
  explicit ChildProcess(std::vector<std::string> command) {
    int in[2] = {-1, -1};
    int out[2] = {-1, -1};
    if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0)
      throw std::runtime_error("no pipes");
    std::vector<char*> argv;
    for (std::string& word : command) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(in[0], 0);
      ::dup2(out[1], 1);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    in_.reset(in[1]);
    out_.reset(out[0]);
  }
  ~ChildProcess() { kill(); }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }

  void say(std::string_view line) {
    const std::string text = std::string(line) + "\n";
    (void)!::write(in_.get(), text.data(), text.size());
  }

  /// The next line of its output; empty at its end, or when nothing came in time.
  std::string line(std::chrono::milliseconds within = std::chrono::seconds(20)) {
    const auto end = std::chrono::steady_clock::now() + within;
    for (;;) {
      const std::size_t newline = read_.find('\n');
      if (newline != std::string::npos) {
        std::string found = read_.substr(0, newline);
        read_.erase(0, newline + 1);
        return found;
      }
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          end - std::chrono::steady_clock::now());
      pollfd watched{out_.get(), POLLIN, 0};
      if (left.count() <= 0 || ::poll(&watched, 1, static_cast<int>(left.count())) <= 0) return "";
      char buffer[4096];
      const ssize_t count = ::read(out_.get(), buffer, sizeof buffer);
      if (count <= 0) return "";
      read_.append(buffer, static_cast<std::size_t>(count));
    }
  }

  std::string ask(std::string_view request) {
    say(request);
    return line();
  }

  void end_input() { in_.reset(); }

  /// SIGKILL, and gone when it returns.
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    wait();
  }

  /// Its exit code, or minus the signal. Ends its input first.
  int wait() {
    end_input();
    if (pid_ <= 0) return 0;
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t pid_ = -1;
  OwnedFd in_;
  OwnedFd out_;
  std::string read_;
};

}  // namespace tier0
