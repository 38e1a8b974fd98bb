// How long a start takes, from the spawn to the answer to tools/list, beside what spawning anything
// costs here: start_bench TIER0 [ROUNDS]. Medians in milliseconds; rounds take turns, so that a
// busy moment hits all rows alike.
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "server/base/fd.h"
#include "tests/fakes/temp_folder.h"

extern char** environ;

namespace {

using namespace tier0;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr const char* kNewest =
    R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{)"
    R"("io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
    R"("io.modelcontextprotocol/clientCapabilities":{}}}})";
constexpr const char* kInitialize =
    R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25",)"
    R"("capabilities":{},"clientInfo":{"name":"start_bench","version":"1"}}})";
constexpr const char* kInitialized = R"({"jsonrpc":"2.0","method":"notifications/initialized"})";
constexpr const char* kList = R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})";

/// A program on pipes; killed at the end, which is not measured.
class Child {
 public:
  explicit Child(std::vector<std::string> words) {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0)
      throw std::runtime_error("no pipes");
    const OwnedFd read_end(in[0]);
    const OwnedFd write_end(out[1]);
    in_ = OwnedFd(in[1]);
    out_ = OwnedFd(out[0]);
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, read_end.get(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, write_end.get(), STDOUT_FILENO);
    const int failed = ::posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) throw std::runtime_error("cannot start " + words[0]);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  void send(const std::string& line) const {
    const std::string text = line + "\n";
    if (::write(in_.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
      throw std::runtime_error("the program does not read");
  }

  /// Until a whole line came, or the end of the output where none is `expected`.
  void wait_for_line(bool expected) const {
    constexpr int kPatienceMs = 20'000;
    std::array<char, 65536> bytes{};
    for (;;) {
      pollfd ready{out_.get(), POLLIN, 0};
      if (::poll(&ready, 1, kPatienceMs) != 1) throw std::runtime_error("no answer in 20 s");
      const ssize_t count = ::read(out_.get(), bytes.data(), bytes.size());
      if (count <= 0 && expected) throw std::runtime_error("the program ended without an answer");
      if (count <= 0 || bytes[static_cast<std::size_t>(count) - 1] == '\n') return;
    }
  }

 private:
  pid_t pid_ = -1;
  OwnedFd in_;
  OwnedFd out_;
};

std::vector<std::string> serve(const std::string& tier0, const std::string& state) {
  return {tier0, "serve", "--stdio", "--sandbox", "--agent", "executor-codex", "--state", state};
}

double since(std::chrono::steady_clock::time_point began) {
  return Milliseconds(std::chrono::steady_clock::now() - began).count();
}

double spawn_alone() {
  const auto began = std::chrono::steady_clock::now();
  const Child child({"/bin/true"});
  child.wait_for_line(false);
  return since(began);
}

double newest(const std::string& tier0, const std::string& state) {
  const auto began = std::chrono::steady_clock::now();
  const Child child(serve(tier0, state));
  child.send(kNewest);
  child.wait_for_line(true);
  return since(began);
}

/// As clients of the older revisions do it, which wait for the handshake.
double with_handshake(const std::string& tier0, const std::string& state) {
  const auto began = std::chrono::steady_clock::now();
  const Child child(serve(tier0, state));
  child.send(kInitialize);
  child.wait_for_line(true);
  child.send(kInitialized);
  child.send(kList);
  child.wait_for_line(true);
  return since(began);
}

double median(std::vector<double> times) {
  std::ranges::sort(times);
  return times[times.size() / 2];
}

void print(const char* what, const std::vector<double>& times, double floor) {
  std::printf("%-44s %6.1f ms, %5.1f above the floor\n", what, median(times),
              median(times) - floor);
}

void measure(const std::string& tier0, int rounds) {
  const TempFolder folder;
  std::vector<double> floors;
  std::vector<double> newests;
  std::vector<double> handshakes;
  std::vector<double> firsts;
  const std::string known = (folder.path() / "known").string();
  newest(tier0, known);
  for (int i = 0; i < rounds; ++i) {
    floors.push_back(spawn_alone());
    newests.push_back(newest(tier0, known));
    handshakes.push_back(with_handshake(tier0, known));
    firsts.push_back(newest(tier0, (folder.path() / ("fresh-" + std::to_string(i))).string()));
  }
  const double floor = median(floors);
  std::printf("%-44s %6.1f ms\n", "spawn floor (/bin/true)", floor);
  print("tools/list, newest revision", newests, floor);
  print("tools/list after initialize", handshakes, floor);
  print("tools/list, newest revision, new state", firsts, floor);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: start_bench TIER0 [ROUNDS]\n";
    return 2;
  }
  try {
    measure(argv[1], argc > 2 ? std::atoi(argv[2]) : 15);
    return 0;
  } catch (const std::exception& problem) {
    std::cerr << "start_bench: " << problem.what() << '\n';
    return 1;
  }
}
