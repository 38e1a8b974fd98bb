// The one place that turns argv into a shell line, held against real shells.
#include "server/ssh/quote.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <random>

#include "tests/fakes/process.h"
#include "tests/ssh/arguments.h"

namespace tier0::ssh {
namespace {

using testing::hostile_words;
using testing::nul_separated;
using testing::run_program;

std::vector<std::string> shells() {
  std::vector<std::string> found;
  for (const char* shell : {"/bin/dash", "/bin/bash", "/bin/zsh", "/usr/bin/fish", "/bin/ksh"})
    if (::access(shell, X_OK) == 0) found.emplace_back(shell);
  return found;
}

std::string line_of(const std::vector<std::string>& words) {
  std::vector<std::string> argv = {"/usr/bin/printf", "%s\\0"};
  argv.insert(argv.end(), words.begin(), words.end());
  const auto line = quote_argv(argv);
  REQUIRE(line);
  return *line;
}

void check_shells_agree(const std::vector<std::string>& words) {
  const std::string line = line_of(words);
  for (const std::string& shell : shells()) {
    INFO(shell);
    CHECK(run_program({shell, "-c", line}).out == nul_separated(words));
  }
}

std::vector<std::string> random_words(std::mt19937& random) {
  constexpr std::string_view kSpice = "'\\\"$`!#&;|<>(){}[]*?~=%^ \n\t-a";
  std::vector<std::string> words(1 + random() % 4);
  for (std::string& word : words)
    for (auto left = random() % 12; left > 0; --left) word += kSpice[random() % kSpice.size()];
  return words;
}

}  // namespace

TEST_CASE("real shells read hostile words back byte for byte", "[ssh][quote]") {
  REQUIRE_FALSE(shells().empty());

  check_shells_agree(hostile_words());
}

TEST_CASE("real shells read random words back byte for byte", "[ssh][quote]") {
  std::mt19937 random(4711);
  std::vector<std::string> words;
  for (int round = 0; round < 500; ++round)
    for (std::string& word : random_words(random)) words.push_back(std::move(word));

  check_shells_agree(words);
}

TEST_CASE("a program named like a keyword or an assignment is still a program", "[ssh][quote]") {
  for (const char* name : {"if", "!", "{", "FOO=bar", "~", "exec", "#"}) {
    const auto line = quote_argv({name});
    REQUIRE(line);
    INFO(*line);
    const int exit_code = run_program({"/bin/dash", "-c", *line + " 2>/dev/null"}).exit_code;
    // 127: looked for as a command. exec is one, and does nothing.
    CHECK(exit_code == (std::string(name) == "exec" ? 0 : 127));
  }
}

TEST_CASE("argv without a program is refused", "[ssh][quote]") {
  for (const std::vector<std::string>& argv : {std::vector<std::string>{}, {""}, {"", "x"}}) {
    const auto line = quote_argv(argv);
    REQUIRE_FALSE(line);
    CHECK(line.error().code == Code::Validation);
    CHECK(line.error().details.at(0).field == "argv");
  }
}

TEST_CASE("a NUL byte in any word is refused", "[ssh][quote]") {
  using namespace std::string_literals;
  CHECK_FALSE(quote_argv({"ls\0-l"s}));
  CHECK_FALSE(quote_argv({"ls", "a\0b"s}));
  CHECK_FALSE(quote_argv({"ls", "\0"s}));
}

TEST_CASE("a line that a host cannot start is refused, one of that length is not", "[ssh][quote]") {
  const std::size_t room = kCommandLineLimit - std::string("'ls' ''").size();

  CHECK(quote_argv({"ls", std::string(room, 'x')})->size() == kCommandLineLimit);
  CHECK_FALSE(quote_argv({"ls", std::string(room + 1, 'x')}));
  CHECK_FALSE(quote_argv({"ls", std::string(room, '\'')}));
}

}  // namespace tier0::ssh
