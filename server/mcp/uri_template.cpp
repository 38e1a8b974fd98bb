#include "server/mcp/uri_template.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

#include "server/base/text.h"
#include "server/mcp/headers.h"

namespace tier0::mcp {
namespace {

// Ends a value that is not percent-encoded. (RFC 3986, 3.3 to 3.5)
constexpr std::string_view kDelimiters = "/?#";

Error bad_template(std::string_view text, const std::string& problem) {
  return {.code = Code::Internal, .message = "URI template " + std::string(text) + ": " + problem};
}

bool is_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_';
  });
}

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
}

bool is_encoded_well(std::string_view text) {
  for (auto at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 3))
    if (at + 2 >= text.size() || std::isxdigit(static_cast<unsigned char>(text[at + 1])) == 0 ||
        std::isxdigit(static_cast<unsigned char>(text[at + 2])) == 0)
      return false;
  return true;
}

std::optional<std::string> read_value(std::string_view text) {
  if (text.empty() || text.find_first_of(kDelimiters) != std::string_view::npos ||
      !is_encoded_well(text))
    return std::nullopt;
  std::string value = percent_decode(text);
  if (!is_utf8(value) || !is_plain(value)) return std::nullopt;
  return value;
}

bool is_unreserved(unsigned char c) {
  return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_' || c == '~';
}

std::string write_value(std::string_view value) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string text;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_unreserved(byte)) {
      text += c;
      continue;
    }
    text += '%';
    text += kHex[byte >> 4U];
    text += kHex[byte & 0xFU];
  }
  return text;
}

}  // namespace

Result<UriTemplate> UriTemplate::parse(std::string_view text) {
  UriTemplate made;
  made.text_ = text;
  std::set<std::string> names;
  std::string_view rest = text;
  for (;;) {
    const auto open = rest.find('{');
    const std::string literal(rest.substr(0, open));
    if (literal.find('}') != std::string::npos) return bad_template(text, "a brace too many");
    if (literal.empty() && open == 0 && !made.parts_.empty())
      return bad_template(text, "nothing between two expressions");
    made.parts_.push_back({.literal = literal, .variable = {}});
    if (open == std::string_view::npos) return made;
    const auto close = rest.find('}', open);
    const auto name = close == std::string_view::npos ? std::string_view()
                                                      : rest.substr(open + 1, close - open - 1);
    if (!is_name(name)) return bad_template(text, "an expression is {name}");
    if (!names.emplace(name).second) return bad_template(text, "a name is used twice");
    made.parts_.back().variable = name;
    rest = rest.substr(close + 1);
  }
}

std::optional<std::map<std::string, std::string>> UriTemplate::match(std::string_view uri) const {
  std::map<std::string, std::string> values;
  std::string_view rest = uri;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (!rest.starts_with(parts_[i].literal)) return std::nullopt;
    rest.remove_prefix(parts_[i].literal.size());
    if (parts_[i].variable.empty()) break;
    // An empty literal at the end: the value is all that is left.
    const bool is_last = parts_[i + 1].literal.empty();
    const auto end = is_last ? rest.size() : rest.find(parts_[i + 1].literal);
    if (end == std::string_view::npos) return std::nullopt;
    auto value = read_value(rest.substr(0, end));
    if (!value) return std::nullopt;
    values.emplace(parts_[i].variable, *std::move(value));
    rest.remove_prefix(end);
  }
  if (!rest.empty()) return std::nullopt;
  return values;
}

std::string UriTemplate::expand(const std::map<std::string, std::string>& values) const {
  std::string uri;
  for (const Part& part : parts_) {
    uri += part.literal;
    const auto value = values.find(part.variable);
    if (value != values.end()) uri += write_value(value->second);
  }
  return uri;
}

}  // namespace tier0::mcp
