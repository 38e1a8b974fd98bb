#include "server/mcp/headers.h"

#include <algorithm>
#include <array>

#include "server/base/text.h"
#include "server/crypto/crypto.h"

namespace tier0::mcp {
namespace {

constexpr std::string_view kOpen = "=?base64?";
constexpr std::string_view kClose = "?=";

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_without_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view strip_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char small = lower(c);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

/// The media type of one element of an Accept header; empty if its weight is zero.
std::string_view accepted_type(std::string_view element) {
  const auto parts_end = element.find(';');
  const std::string_view type = strip_blanks(element.substr(0, parts_end));
  if (parts_end == std::string_view::npos) return type;
  for (const std::string& part : split(element.substr(parts_end + 1), ';')) {
    const std::string_view weight = strip_blanks(part);
    const bool is_weight = weight.starts_with("q=") || weight.starts_with("Q=");
    if (is_weight && weight.find_first_not_of("0.", 2) == std::string_view::npos) return {};
  }
  return type;
}

}  // namespace

HeaderValue find_header(std::span<const HeaderView> headers, std::string_view name) {
  HeaderValue found;
  for (const HeaderView& header : headers) {
    if (!equal_without_case(header.name, name)) continue;
    if (found.count++ == 0) found.value = strip_blanks(header.value);
  }
  return found;
}

Accepts read_accept(std::span<const HeaderView> headers) {
  if (find_header(headers, "Accept").count == 0) return {};
  Accepts accepts{.json = false, .stream = false};
  for (const HeaderView& header : headers) {
    if (!equal_without_case(header.name, "Accept")) continue;
    for (const std::string& element : split(header.value, ',')) {
      const std::string_view type = accepted_type(element);
      const bool any = type == "*/*";
      if (any || equal_without_case(type, "application/json") ||
          equal_without_case(type, "application/*"))
        accepts.json = true;
      if (any || equal_without_case(type, "text/event-stream") ||
          equal_without_case(type, "text/*"))
        accepts.stream = true;
    }
  }
  return accepts;
}

std::optional<std::string> decode_header_value(std::string_view value) {
  const bool is_encoded = value.size() >= kOpen.size() + kClose.size() &&
                          value.starts_with(kOpen) && value.ends_with(kClose);
  if (!is_encoded) return std::string(value);
  value.remove_prefix(kOpen.size());
  value.remove_suffix(kClose.size());
  auto decoded = crypto::base64_decode(value);
  if (!decoded || !is_utf8(*decoded)) return std::nullopt;
  return decoded;
}

std::string percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low < 0) {
      decoded += text[i];
      continue;
    }
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

}  // namespace tier0::mcp
