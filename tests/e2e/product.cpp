#include "tests/e2e/product.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <utility>

#include "server/base/clock.h"

extern char** environ;

namespace tier0 {
namespace {

constexpr int kPatienceMs = 60'000;  // a call that runs is held for 45 s

struct Pipe {
  OwnedFd read;
  OwnedFd write;
};

Pipe make_pipe() {
  std::array<int, 2> fds{};
  REQUIRE(::pipe2(fds.data(), O_CLOEXEC) == 0);
  return {OwnedFd(fds[0]), OwnedFd(fds[1])};
}

pid_t spawn(const std::vector<std::string>& args, const std::vector<std::string>& environment,
            int in, int out, int err) {
  std::vector<std::string> words = {std::string(TIER0_BINARY_DIR) + "/tier0"};
  words.insert(words.end(), args.begin(), args.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::vector<std::string> variables = environment;
  std::vector<char*> envp;
  for (char** variable = environ; *variable != nullptr; ++variable) envp.push_back(*variable);
  for (std::string& variable : variables) envp.push_back(variable.data());
  envp.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
  pid_t pid = -1;
  const int failed =
      ::posix_spawn(&pid, words[0].c_str(), &actions, nullptr, argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&actions);
  REQUIRE(failed == 0);
  return pid;
}

/// Appends what arrives; false at the end of the stream. Fails the test when nothing does.
bool read_more(int fd, std::string& buffer) {
  pollfd waiting{fd, POLLIN, 0};
  INFO("waited for output; so far: " << buffer);
  REQUIRE(::poll(&waiting, 1, kPatienceMs) == 1);
  std::array<char, 65536> bytes{};
  const ssize_t count = ::read(fd, bytes.data(), bytes.size());
  if (count <= 0) return false;
  buffer.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

std::string read_all(int fd) {
  std::string text;
  while (read_more(fd, text)) continue;
  return text;
}

int exit_code_of(pid_t pid) {
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace

Product::Product() {
  std::string name = (std::filesystem::temp_directory_path() / "tier0-e2e-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  state_ = name;
}

Product::~Product() {
  std::error_code ignored;
  std::filesystem::remove_all(state_, ignored);
}

pid_t Product::owner() const {
  pid_t pid = 0;
  std::ifstream(state_ + "/lock") >> pid;
  return pid;
}

Finished Product::run(std::vector<std::string> args, const std::string& input,
                      const std::vector<std::string>& environment) const {
  args.insert(args.end(), {"--state", state_});
  return run_to_end(args, input, environment);
}

Finished run_to_end(const std::vector<std::string>& args, const std::string& input,
                    const std::vector<std::string>& environment) {
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  const pid_t pid = spawn(args, environment, in.read.get(), out.write.get(), err.write.get());
  out.write.reset();
  err.write.reset();
  in.read.reset();
  REQUIRE(::write(in.write.get(), input.data(), input.size()) ==
          static_cast<ssize_t>(input.size()));
  in.write.reset();
  Finished finished;
  finished.out = read_all(out.read.get());
  finished.err = read_all(err.read.get());
  finished.exit_code = exit_code_of(pid);
  return finished;
}

Running::Running(std::vector<std::string> args, const std::vector<std::string>& environment) {
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  pid_ = spawn(args, environment, in.read.get(), out.write.get(), err.write.get());
  in_ = std::move(in.write);
  out_ = std::move(out.read);
  err_ = std::move(err.read);
}

Running::~Running() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Running::send(const Json& message) const {
  const std::string line = dump_json(message) + "\n";
  REQUIRE(::write(in_.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size()));
}

void Running::wait_until_taken() const {
  const SystemClock clock;
  const TimePoint end = clock.now() + std::chrono::milliseconds(kPatienceMs);
  const auto is_asleep = [this] {
    // proc(5): pid, (name), state; the name has no blank here.
    std::string skipped;
    char state = '?';
    std::ifstream("/proc/" + std::to_string(pid_) + "/stat") >> skipped >> skipped >> state;
    return state == 'S';
  };
  for (;;) {
    int unread = 0;
    REQUIRE(::ioctl(in_.get(), FIONREAD, &unread) == 0);
    if (unread == 0 && is_asleep()) return;
    REQUIRE(clock.now() < end);
    clock.wait_until(clock.now() + std::chrono::milliseconds(5), {});
  }
}

std::optional<std::string> Running::line_or_end(int fd, std::string& buffer) const {
  std::size_t end = buffer.find('\n');
  while (end == std::string::npos) {
    if (!read_more(fd, buffer)) return std::nullopt;
    end = buffer.find('\n');
  }
  std::string line = buffer.substr(0, end);
  buffer.erase(0, end + 1);
  return line;
}

std::string Running::next_line(int fd, std::string& buffer) const {
  auto line = line_or_end(fd, buffer);
  REQUIRE(line);
  return *std::move(line);
}

Json Running::receive() {
  const std::string line = next_line(out_.get(), out_buffer_);
  INFO(line);
  auto message = parse_json(line);
  REQUIRE(message);
  return *std::move(message);
}

bool Running::receives_within(std::chrono::milliseconds time) const {
  if (out_buffer_.find('\n') != std::string::npos) return true;
  pollfd waiting{out_.get(), POLLIN, 0};
  return ::poll(&waiting, 1, static_cast<int>(time.count())) == 1;
}

Json Running::answer_to(int id) {
  while (true) {
    Json message = receive();
    if (message.value("id", Json()) == id) return message;
  }
}

std::optional<Json> Running::answer_or_end(int id) {
  while (const auto line = line_or_end(out_.get(), out_buffer_)) {
    INFO(*line);
    auto message = parse_json(*line);
    REQUIRE(message);
    if (message->value("id", Json()) == id) return *std::move(message);
  }
  return std::nullopt;
}

std::string Running::wait_for_line(const std::string& prefix) {
  while (true) {
    const std::string line = next_line(err_.get(), err_buffer_);
    if (line.starts_with(prefix)) return line.substr(prefix.size());
  }
}

std::string Running::wait_for_text(const std::string& text) {
  while (true) {
    std::string line = next_line(err_.get(), err_buffer_);
    if (line.find(text) != std::string::npos) return line;
  }
}

std::string Running::rest_of_log() {
  return std::exchange(err_buffer_, {}) + read_all(err_.get());
}

void Running::signal(int number) const {
  REQUIRE(::kill(pid_, number) == 0);
}

int Running::wait() {
  std::string rest;
  while (read_more(out_.get(), rest)) continue;
  const int code = exit_code_of(pid_);
  pid_ = -1;
  return code;
}

Json legacy_request(int id, const std::string& method, Json params) {
  return {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}};
}

Json modern_request(int id, const std::string& method, Json params) {
  params["_meta"] = {{"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
                     {"io.modelcontextprotocol/clientCapabilities", Json::object()}};
  return legacy_request(id, method, std::move(params));
}

void shake_hands(Running& client) {
  client.send(legacy_request(0, "initialize",
                             {{"protocolVersion", "2025-11-25"},
                              {"capabilities", Json::object()},
                              {"clientInfo", {{"name", "test"}, {"version", "1"}}}}));
  const Json answer = client.answer_to(0);
  INFO(answer);
  REQUIRE(answer["result"]["protocolVersion"] == "2025-11-25");
  REQUIRE(answer["result"]["capabilities"]["tools"]["listChanged"] == true);
  client.send({{"jsonrpc", "2.0"}, {"method", "notifications/initialized"}});
}

}  // namespace tier0
