#include "server/state/state_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <thread>

#include "server/base/files.h"
#include "tests/fakes/temp_folder.h"

using namespace tier0;

namespace {

const SystemClock kClock;

Cancel soon() {
  return {.stop = {}, .deadline = kClock.now() + std::chrono::seconds(20)};
}

Result<StateDirectory::Opened> open(const std::filesystem::path& directory,
                                    StateMode mode = StateMode::Real,
                                    const std::string& config = "c") {
  return StateDirectory::open({.directory = directory, .mode = mode, .config_digest = config},
                              kClock, soon());
}

std::unique_ptr<StateDirectory> own(const std::filesystem::path& directory,
                                    StateMode mode = StateMode::Real,
                                    const std::string& config = "c") {
  auto opened = open(directory, mode, config);
  REQUIRE(opened);
  REQUIRE(std::holds_alternative<std::unique_ptr<StateDirectory>>(*opened));
  return std::get<std::unique_ptr<StateDirectory>>(*std::move(opened));
}

mode_t mode_of(const std::filesystem::path& path) {
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 07777U;
}

Environment environment(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const char* name) -> std::optional<std::string> {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

}  // namespace

TEST_CASE("a state directory is made with its parents, for its owner alone", "[state]") {
  const TempFolder folder;

  const auto state = own(folder / "a" / "b");

  CHECK(mode_of(folder / "a") == 0700);
  CHECK(mode_of(folder / "a" / "b") == 0700);
  CHECK(mode_of(state->paths().lock()) == 0600);
  CHECK(mode_of(state->paths().mode()) == 0600);
}

TEST_CASE("a state directory has one owner", "[state]") {
  const TempFolder folder;
  const auto first = own(folder.path());

  const auto second = open(folder.path());

  REQUIRE(second);
  REQUIRE(std::holds_alternative<OwnedBy>(*second));
  CHECK(std::get<OwnedBy>(*second).pid == ::getpid());
}

TEST_CASE("a state directory is free again when its owner has left", "[state]") {
  const TempFolder folder;
  own(folder.path()).reset();

  own(folder.path());
}

TEST_CASE("a waiting process takes the state directory when the owner leaves", "[state]") {
  const TempFolder folder;
  auto first = own(folder.path());
  Result<std::unique_ptr<StateDirectory>> second = Error{};
  std::jthread waiting([&] {
    second = StateDirectory::wait_and_take({.directory = folder.path(), .config_digest = "c"},
                                           kClock, soon());
  });

  first.reset();
  waiting.join();

  CHECK(second);
}

TEST_CASE("waiting for a state directory stops when cancelled", "[state][cancel]") {
  const TempFolder folder;
  const auto first = own(folder.path());
  std::stop_source stop;
  std::jthread canceller([&] { stop.request_stop(); });

  const auto second =
      StateDirectory::wait_and_take({.directory = folder.path(), .config_digest = "c"}, kClock,
                                    {.stop = stop.get_token(), .deadline = soon().deadline});

  REQUIRE(!second);
  CHECK(second.error().code == Code::Cancelled);
}

TEST_CASE("waiting for a state directory ends with the deadline", "[state][cancel]") {
  const TempFolder folder;
  const auto first = own(folder.path());

  const auto second = StateDirectory::wait_and_take(
      {.directory = folder.path(), .config_digest = "c"}, kClock,
      {.stop = {}, .deadline = kClock.now() + std::chrono::milliseconds(30)});

  REQUIRE(!second);
  CHECK(second.error().code == Code::Timeout);
}

TEST_CASE("a state directory of the other mode is refused, owned or not", "[state]") {
  const TempFolder folder;
  auto sandbox = own(folder.path(), StateMode::Sandbox);

  const auto beside = open(folder.path(), StateMode::Real);
  sandbox.reset();
  const auto after = open(folder.path(), StateMode::Real);

  REQUIRE(!beside);
  CHECK(beside.error().code == Code::WrongState);
  REQUIRE(!after);
  CHECK(after.error().code == Code::WrongState);
  own(folder.path(), StateMode::Sandbox);
}

TEST_CASE("another configuration is refused while the owner lives and taken after", "[state]") {
  const TempFolder folder;
  auto first = own(folder.path(), StateMode::Real, "first");

  const auto beside = open(folder.path(), StateMode::Real, "second");
  first.reset();
  const auto after = own(folder.path(), StateMode::Real, "second");

  REQUIRE(!beside);
  CHECK(beside.error().code == Code::WrongState);
  CHECK(beside.error().message.find(std::to_string(::getpid())) != std::string::npos);
  CHECK((*read_state_record(after->paths()))->config_digest == "second");
}

TEST_CASE("after a reload others are compared with the new configuration", "[state]") {
  const TempFolder folder;
  const auto owner = own(folder.path(), StateMode::Real, "first");

  REQUIRE(owner->record_config("second"));

  CHECK(!open(folder.path(), StateMode::Real, "first"));
  CHECK(open(folder.path(), StateMode::Real, "second"));
}

TEST_CASE("nobody is compared with the configuration of an owner before", "[state]") {
  const TempFolder folder;
  own(folder.path(), StateMode::Real, "before").reset();
  // A new owner that has the lock and has not recorded its configuration yet.
  OwnedFd lock(::open(StatePaths{folder.path()}.lock().c_str(), O_RDWR | O_CLOEXEC));
  REQUIRE(::flock(lock.get(), LOCK_EX | LOCK_NB) == 0);
  Result<StateDirectory::Opened> second = Error{};
  std::jthread asking([&] { second = open(folder.path(), StateMode::Real, "now"); });

  REQUIRE(replace_file(StatePaths{folder.path()}.mode(), R"({"mode":"real","config":"now"})"));
  REQUIRE(::pwrite(lock.get(), "42\n", 3, 0) == 3);
  asking.join();

  REQUIRE(second);
  CHECK(std::get<OwnedBy>(*second).pid == 42);
}

TEST_CASE("a record that makes no sense refuses to guess the mode", "[state]") {
  const TempFolder folder;
  own(folder.path()).reset();
  REQUIRE(replace_file(StatePaths{folder.path()}.mode(), "{}"));

  const auto opened = open(folder.path());

  REQUIRE(!opened);
  CHECK(opened.error().hint.find("sandbox") != std::string::npos);
}

TEST_CASE("a state directory that others can use is refused and left as it is", "[state]") {
  const TempFolder folder;
  REQUIRE(replace_file(folder / "somebody's", "x"));
  REQUIRE(::chmod(folder.path().c_str(), 0755) == 0);

  const auto opened = open(folder.path());

  REQUIRE(!opened);
  CHECK(opened.error().code == Code::Forbidden);
  CHECK(opened.error().hint.starts_with("chmod 700"));
  CHECK(mode_of(folder.path()) == 0755);
}

TEST_CASE("an empty directory is narrowed and used", "[state]") {
  const TempFolder folder;
  REQUIRE(::chmod(folder.path().c_str(), 0755) == 0);

  own(folder.path());

  CHECK(mode_of(folder.path()) == 0700);
}

TEST_CASE("a state directory that is a file is an error", "[state]") {
  const TempFolder folder;
  REQUIRE(replace_file(folder / "file", "x"));

  CHECK(!open(folder / "file"));
}

TEST_CASE("an unknown group is not let in", "[state]") {
  const TempFolder folder;

  const auto admitted = own(folder.path())->admit_group("no-such-group-here");

  REQUIRE(!admitted);
  CHECK(admitted.error().code == Code::NotConfigured);
}

TEST_CASE("the default state directory follows XDG, root and the mode", "[state]") {
  const auto of = [](StateMode mode, std::map<std::string, std::string> values, bool root) {
    const auto path = default_state_directory(mode, environment(std::move(values)), root);
    return path ? path->string() : "none";
  };

  CHECK(of(StateMode::Real, {{"XDG_STATE_HOME", "/x"}, {"HOME", "/h"}}, false) == "/x/tier0");
  CHECK(of(StateMode::Real, {{"HOME", "/h"}}, false) == "/h/.local/state/tier0");
  CHECK(of(StateMode::Real, {{"HOME", "/root"}}, true) == "/var/lib/tier0");
  CHECK(of(StateMode::Sandbox, {{"HOME", "/root"}}, true) == "/var/lib/tier0/sandbox");
  CHECK(of(StateMode::Real, {{"XDG_STATE_HOME", "relative"}, {"HOME", "/h"}}, false) ==
        "/h/.local/state/tier0");
  CHECK(of(StateMode::Real, {}, false) == "none");
}
