#include "server/sandbox/host_shell.h"

#include <optional>

namespace tier0::sandbox {
namespace {

constexpr std::string_view kOperators = "|&;<>()`$*?[\n";
constexpr std::string_view kSpecialAtStart = "#~{}!";  // of a word

Error unsupported(std::string_view what) {
  return {.code = Code::CommandFailed,
          .message = "the simulated shell runs one plain program; it has no " + std::string(what)};
}

/// Reads one line from left to right.
class Lexer {
 public:
  explicit Lexer(std::string_view line) : rest_(line) {}

  Result<std::vector<std::string>> words() {
    while (!rest_.empty()) {
      if (rest_.front() == ' ' || rest_.front() == '\t') {
        finish_word();
        rest_.remove_prefix(1);
      } else {
        T0_CHECK(take());
      }
    }
    finish_word();
    return std::move(words_);
  }

 private:
  Result<Unit> take() {
    const char next = rest_.front();
    rest_.remove_prefix(1);
    if (next == '\'') return take_single_quoted();
    if (next == '"') return take_double_quoted();
    if (next == '\\') return take_escaped();
    if (kOperators.find(next) != std::string_view::npos)
      return unsupported(std::string("unquoted ") +
                         (next == '\n' ? "line end" : std::string{next}));
    if (!word_ && kSpecialAtStart.find(next) != std::string_view::npos)
      return unsupported(std::string("unquoted ") + next);
    if (next == '=' && words_.empty()) return unsupported("assignment");
    add(next);
    return Unit{};
  }

  Result<Unit> take_single_quoted() {
    const std::size_t end = rest_.find('\'');
    if (end == std::string_view::npos) return unsupported("end of a quote");
    word_ = word_.value_or("") + std::string(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    return Unit{};
  }

  Result<Unit> take_double_quoted() {
    word_ = word_.value_or("");
    while (!rest_.empty()) {
      const char next = rest_.front();
      rest_.remove_prefix(1);
      if (next == '"') return Unit{};
      if (next == '$' || next == '`') return unsupported("variables or substitutions");
      const bool escapes =
          next == '\\' && !rest_.empty() &&
          std::string_view("$`\"\\\n").find(rest_.front()) != std::string_view::npos;
      if (!escapes) {
        add(next);
        continue;
      }
      if (rest_.front() != '\n') add(rest_.front());
      rest_.remove_prefix(1);
    }
    return unsupported("end of a quote");
  }

  Result<Unit> take_escaped() {
    if (rest_.empty()) return unsupported("line after a final backslash");
    if (rest_.front() != '\n') add(rest_.front());
    rest_.remove_prefix(1);
    return Unit{};
  }

  void add(char byte) { word_ = word_.value_or("") + byte; }
  void finish_word() {
    if (word_) words_.push_back(*std::move(word_));
    word_.reset();
  }

  std::string_view rest_;
  std::optional<std::string> word_;
  std::vector<std::string> words_;
};

}  // namespace

Result<std::vector<std::string>> shell_words(std::string_view line) {
  return Lexer(line).words();
}

}  // namespace tier0::sandbox
