#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/result.h"

namespace tier0 {

/// A line of `commands:`, compared word by word with argv: `*` matches within a word, a final lone
/// `*` any remaining words. A `*` never stands for the dash that makes a word an option, unless it
/// is that final one.
class CommandPattern {
 public:
  /// Kind validation for no words, control characters, or a pattern that names a shell.
  static Result<CommandPattern> parse(std::string_view text);

  bool matches(std::span<const std::string> argv) const;
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::vector<std::string> words_;
  bool any_rest_ = false;
};

/// Whether `*` in the pattern can stand for what the word has there.
bool glob_matches(std::string_view pattern, std::string_view word);

/// Whether argv would start a shell, directly or through a program that starts what it is told.
bool starts_a_shell(std::span<const std::string> argv);

}  // namespace tier0
