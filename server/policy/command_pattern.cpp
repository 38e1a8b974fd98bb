#include "server/policy/command_pattern.h"

#include <algorithm>
#include <array>

#include "server/base/text.h"

namespace tier0 {
namespace {

constexpr std::size_t kLongest = 1024;

constexpr std::array<std::string_view, 18> kShells = {
    "sh",   "bash", "rbash", "dash", "ash",    "zsh",     "ksh",    "mksh",   "csh",
    "tcsh", "fish", "pwsh",  "su",   "script", "busybox", "toybox", "screen", "tmux"};

std::string_view program_name(std::string_view word) {
  return word.substr(word.rfind('/') + 1);
}

bool is_shell(std::string_view word) {
  return std::ranges::find(kShells, program_name(word)) != kShells.end();
}

/// sudo(8): -s and -i start a shell, alone or among other letters of one group.
bool is_shell_option(std::string_view word) {
  if (word.size() < 2 || word[0] != '-') return false;
  if (word[1] == '-') return word == "--shell" || word == "--login";
  return word.find_first_of("si") != std::string_view::npos;
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
}

/// Whether a star would have to stand for the dash that makes the word an option.
bool is_hidden_option(std::string_view pattern, std::string_view word) {
  return pattern.starts_with('*') && word.starts_with('-');
}

Error malformed(std::string problem) {
  return {.code = Code::Validation,
          .message = std::move(problem),
          .hint = "Write the words of a command, such as \"systemctl status *\"."};
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view word) {
  // No backtracking beyond the last star, so the cost is bounded by the product of the lengths.
  std::size_t p = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  for (std::size_t w = 0; w < word.size();) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = w;
    } else if (p < pattern.size() && pattern[p] == word[w]) {
      ++p;
      ++w;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      w = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

Result<CommandPattern> CommandPattern::parse(std::string_view text) {
  if (text.size() > kLongest || has_control(text))
    return malformed("a command pattern is one line of at most 1024 bytes");
  CommandPattern pattern;
  pattern.text_ = std::string(text);
  for (std::string& word : split(text, ' '))
    if (!word.empty()) pattern.words_.push_back(std::move(word));
  if (pattern.words_.empty()) return malformed("a command pattern without words");
  if (starts_a_shell(pattern.words_))
    return malformed("the command pattern names a shell, which a grant with commands refuses");
  if (pattern.words_.back() == "*") {
    pattern.any_rest_ = true;
    pattern.words_.pop_back();
  }
  return pattern;
}

bool CommandPattern::matches(std::span<const std::string> argv) const {
  if (argv.empty() || argv.size() < words_.size()) return false;
  if (!any_rest_ && argv.size() != words_.size()) return false;
  if (std::ranges::any_of(argv, has_control)) return false;
  for (std::size_t i = 0; i < words_.size(); ++i)
    if (is_hidden_option(words_[i], argv[i]) || !glob_matches(words_[i], argv[i])) return false;
  return true;
}

bool starts_a_shell(std::span<const std::string> argv) {
  if (argv.empty()) return false;
  // A shell's name in any place, because many programs run what a later word names: env, timeout,
  // xargs, docker exec. It refuses a few harmless commands too.
  if (std::ranges::any_of(argv, is_shell)) return true;
  return program_name(argv.front()) == "sudo" &&
         std::ranges::any_of(argv.subspan(1), is_shell_option);
}

}  // namespace tier0
