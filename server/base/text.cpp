#include "server/base/text.h"

#include <cstdint>

namespace tier0 {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

struct Character {
  std::uint32_t point = 0;
  std::size_t length = 1;
  bool valid = false;
};

/// Decodes the character at the front of a non-empty text.
Character decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t length = lead >= 0xF0 && lead < 0xF5   ? 4
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                                                           : 0;
  if (length == 0 || text.size() < length) return {};
  std::uint32_t point = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    point = (point << 6U) | (byte(i) & 0x3FU);
  }
  const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  if (overlong || surrogate || point > 0x10FFFF) return {};
  return {point, length, true};
}

bool is_hidden(std::uint32_t p) {
  if (p < 0x20) return p != '\n' && p != '\t';
  return (p >= 0x7F && p < 0xA0) || p == 0xAD || p == 0x61C || p == 0x180E ||
         (p >= 0x200B && p <= 0x200F) || (p >= 0x2028 && p <= 0x202E) ||
         (p >= 0x2060 && p <= 0x206F) || p == 0xFEFF || (p >= 0xFFF9 && p <= 0xFFFB) ||
         (p >= 0xE0000 && p <= 0xE0FFF);
}

/// The length of an ANSI escape sequence at the front of `text`, which starts with ESC: CSI ends in
/// a letter-like byte, OSC in BEL or ESC backslash.
std::size_t escape_length(std::string_view text) {
  if (text.size() < 2) return 1;
  if (text[1] == '[') {
    for (std::size_t i = 2; i < text.size() && i < 64; ++i)
      if (text[i] >= 0x40 && text[i] <= 0x7E) return i + 1;
    return 2;
  }
  if (text[1] == ']') {
    for (std::size_t i = 2; i < text.size() && i < 4096; ++i) {
      if (text[i] == '\a') return i + 1;
      if (text[i] == '\x1b') return i + (i + 1 < text.size() && text[i + 1] == '\\' ? 2 : 0);
    }
  }
  return 2;
}

}  // namespace

std::string clean_text(std::string_view text, std::size_t limit) {
  std::string clean;
  clean.reserve(text.size() < limit ? text.size() : limit);
  while (!text.empty()) {
    if (text.front() == '\x1b') {
      text.remove_prefix(escape_length(text));
      continue;
    }
    const Character c = decode(text);
    const std::string_view piece = c.valid ? text.substr(0, c.length) : kReplacement;
    text.remove_prefix(c.length);
    if (c.valid && is_hidden(c.point)) continue;
    if (clean.size() + piece.size() > limit) {
      clean += kEllipsis;
      return clean;
    }
    clean += piece;
  }
  return clean;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const Character c = decode(text);
    if (!c.valid) return false;
    text.remove_prefix(c.length);
  }
  return true;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (std::size_t end = text.find(separator); end != std::string_view::npos;
       end = text.find(separator, start)) {
    parts.emplace_back(text.substr(start, end - start));
    start = end + 1;
  }
  parts.emplace_back(text.substr(start));
  return parts;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string joined;
  for (const std::string& part : parts) {
    if (!joined.empty()) joined += separator;
    joined += part;
  }
  return joined;
}

}  // namespace tier0
