#include <unistd.h>

#include <catch2/catch.hpp>

#include "server/sandbox/host_shell.h"
#include "tests/fakes/process.h"

namespace tier0::sandbox {
namespace {

using Words = std::vector<std::string>;

std::string nul_separated(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += word + '\0';
  return text;
}

}  // namespace

TEST_CASE("the simulated shell reads words as a real one does", "[hosts][shell]") {
  for (const std::string line : {"a b  c",     "'a b' c",  "\"a b\"",     "a'b'\"c\"d",
                                 "''",         "a ''",     "'a'\\''b'",   "\"a\\\"b\\\\c\\d\"",
                                 "a\\ b",      "\\'",      "'new\nline'", "a\\\nb",
                                 "\"a\\\nb\"", "-x --y=z", "a=b",         "'*' '$HOME' '`id`'",
                                 "a#b",        "a~b",      "a{b}c!d",     "  lead trail  ",
                                 "\ttab\t"}) {
    INFO(line);
    const auto words = shell_words("printf '%s\\0' " + line);
    REQUIRE(words);
    const auto real =
        testing::run_program({"/bin/sh", "-c", "/usr/bin/printf '%s\\0' " + line}).out;
    CHECK(nul_separated({words->begin() + 2, words->end()}) == real);
  }
}

TEST_CASE("the simulated shell refuses whatever is more than one plain program", "[hosts][shell]") {
  for (const char* line :
       {"a | b",    "a; b",  "a && b", "a & b", "a > b",  "a < b", "$HOME", "\"$HOME\"", "`id`",
        "\"`id`\"", "$(id)", "*",      "a?",    "[ab]",   "~",     "~/x",   "#x",        "! a",
        "{ a",      "A=b c", "a\nb",   "'open", "\"open", "end\\", "(a)"}) {
    INFO(line);
    CHECK_FALSE(shell_words(line));
  }
}

TEST_CASE("the simulated shell reads an empty line as no words", "[hosts][shell]") {
  CHECK(shell_words("")->empty());
  CHECK(shell_words("  ")->empty());
}

}  // namespace tier0::sandbox
