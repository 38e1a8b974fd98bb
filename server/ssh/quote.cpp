#include "server/ssh/quote.h"

namespace tier0::ssh {
namespace {

Error refused(std::string problem) {
  return {.code = Code::Validation,
          .message = "the command cannot be sent: " + problem,
          .hint = "give a program and its arguments, one word each, as argv",
          .details = {{.field = "argv", .problem = std::move(problem)}}};
}

}  // namespace

std::string quote_word(std::string_view word) {
  std::string quoted = "'";
  for (const char byte : word) {
    // Both leave the quotes: POSIX knows no escape inside them, and fish reads a backslash there.
    if (byte == '\'' || byte == '\\') {
      quoted += "'\\";
      quoted += byte;
      quoted += '\'';
    } else {
      quoted += byte;
    }
  }
  quoted += '\'';
  return quoted;
}

Result<std::string> quote_argv(const std::vector<std::string>& argv) {
  if (argv.empty() || argv.front().empty()) return refused("there is no program");
  std::string line;
  for (const std::string& word : argv) {
    if (word.find('\0') != std::string::npos) return refused("a word contains a NUL byte");
    if (!line.empty()) line += ' ';
    line += quote_word(word);
    if (line.size() > kCommandLineLimit)
      return refused("the line is longer than the " + std::to_string(kCommandLineLimit) +
                     " bytes that a host can start");
  }
  return line;
}

}  // namespace tier0::ssh
