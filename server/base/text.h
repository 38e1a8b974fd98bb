#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tier0 {

/// Makes a stranger's text (host names, logs, command output) harmless data: invalid UTF-8 becomes
/// U+FFFD; control characters other than tab and newline, ANSI escapes, bidirectional controls,
/// zero-width and tag characters are removed. Longer than `limit` bytes is cut on a character
/// boundary and ends in an ellipsis.
std::string clean_text(std::string_view text, std::size_t limit);

/// Whether the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool is_utf8(std::string_view text);

std::vector<std::string> split(std::string_view text, char separator);
/// ASCII only, whatever the locale.
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_alphanumeric(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string_view trim(std::string_view text);
std::string join(const std::vector<std::string>& parts, std::string_view separator);

}  // namespace tier0
