#include "server/policy/command_pattern.h"

#include <catch2/catch.hpp>

#include "server/base/text.h"

namespace tier0 {
namespace {

using Argv = std::vector<std::string>;

struct PatternRow {
  const char* pattern;
  std::vector<Argv> matches;
  std::vector<Argv> differs;
};

const PatternRow kPatternRows[] = {
    {"uptime", {{"uptime"}}, {{}, {"uptime", "-p"}, {"/tmp/uptime"}, {"UPTIME"}, {"uptime\n"}}},
    {"systemctl status *",
     {{"systemctl", "status"},
      {"systemctl", "status", "nginx"},
      {"systemctl", "status", "--no-pager", "a", "b"}},
     {{"systemctl"},
      {"systemctl", "stop", "nginx"},
      {"systemctl", "status\n", "x"},
      {"systemctl", "status", "a\nb"},
      {"systemctl", "status", std::string("a\0b", 3)}}},
    {"docker logs web-* --tail 50",
     {{"docker", "logs", "web-1", "--tail", "50"}, {"docker", "logs", "web-", "--tail", "50"}},
     {{"docker", "logs", "db-1", "--tail", "50"},
      {"docker", "logs", "web-1"},
      {"docker", "logs", "web-1", "--tail", "50", "x"},
      {"docker", "logs", "web-1", "x", "--tail", "50"}}},
    {"cat /var/log/*.log",
     {{"cat", "/var/log/a.log"}, {"cat", "/var/log/a.log.log"}},
     {{"cat", "/var/log/a.log.gz"}, {"cat", "/var/log/a.log", "/etc/shadow"}}},
    {"kill *  1", {{"kill", "5", "1"}}, {{"kill", "-9", "1"}, {"kill", "1"}}},
    {"echo a*b*c", {{"echo", "abc"}, {"echo", "axxbxxc"}}, {{"echo", "ac"}, {"echo", "abcx"}}},
};

}  // namespace

TEST_CASE("a command pattern is compared with argv word by word", "[policy][commands]") {
  for (const PatternRow& row : kPatternRows) {
    const auto pattern = CommandPattern::parse(row.pattern);
    REQUIRE(pattern);
    for (const Argv& argv : row.matches) {
      INFO(row.pattern << " matches: " << join(argv, "|"));
      CHECK(pattern->matches(argv));
    }
    for (const Argv& argv : row.differs) {
      INFO(row.pattern << " differs: " << join(argv, "|"));
      CHECK_FALSE(pattern->matches(argv));
    }
  }
}

TEST_CASE("a star does not stand for the dash of an option unless it is the final one",
          "[policy][commands]") {
  const auto pattern = CommandPattern::parse("docker inspect * --size");
  REQUIRE(pattern);

  CHECK(pattern->matches(Argv{"docker", "inspect", "web", "--size"}));
  CHECK_FALSE(pattern->matches(Argv{"docker", "inspect", "--format={{.}}", "--size"}));
}

TEST_CASE("a lone star is every command", "[policy][commands]") {
  const auto pattern = CommandPattern::parse("*");
  REQUIRE(pattern);

  CHECK(pattern->matches(Argv{"anything", "-at", "all"}));
  CHECK_FALSE(pattern->matches(Argv{}));
}

TEST_CASE("a command pattern that could never match is refused", "[policy][commands]") {
  for (const char* text : {"", "   ", "bash -c *", "/bin/sh", "sudo -n bash", "env bash", "su",
                           "docker exec web sh", "sudo -i", "a\nb", "a\tb"}) {
    INFO(text);
    CHECK_FALSE(CommandPattern::parse(text));
  }
}

TEST_CASE("shells are found wherever another program would start them", "[policy][commands]") {
  const Argv shells[] = {{"bash"},
                         {"/bin/bash", "-c", "id"},
                         {"env", "X=1", "sh"},
                         {"timeout", "5", "/usr/bin/zsh"},
                         {"docker", "exec", "-it", "web", "ash"},
                         {"busybox", "sh"},
                         {"su", "-"},
                         {"script", "-c", "id"},
                         {"sudo", "-s"},
                         {"sudo", "-ni"},
                         {"sudo", "-u", "root", "--login"},
                         {"/usr/bin/sudo", "--shell"}};
  const Argv plain[] = {{"systemctl", "status", "nginx"},
                        {"sudo", "-n", "docker", "ps"},
                        {"df", "-h", "-i"},
                        {"ls", "bashful"},
                        {"cat", "/etc/shells"}};
  for (const Argv& argv : shells) {
    INFO(join(argv, " "));
    CHECK(starts_a_shell(argv));
  }
  for (const Argv& argv : plain) {
    INFO(join(argv, " "));
    CHECK_FALSE(starts_a_shell(argv));
  }
}

TEST_CASE("matching many stars against a long word ends", "[policy][commands]") {
  std::string stars = "x";
  for (int i = 0; i < 500; ++i) stars += "*a";
  const std::string word = "x" + std::string(100'000, 'a') + "b";

  CHECK_FALSE(glob_matches(stars, word));
}

}  // namespace tier0
