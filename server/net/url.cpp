#include "server/net/url.h"

#include <algorithm>
#include <array>

#include "server/base/text.h"

namespace tier0 {
namespace {

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";

bool is_unreserved(char c) {
  return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

Error malformed(std::string_view problem) {
  return {.code = Code::Validation,
          .message = "the URL " + std::string(problem),
          .hint = "Use https://HOST, or http:// for a service on this machine."};
}

/// Splits host[:port]; an IPv6 address keeps its brackets.
struct Authority {
  std::string_view host;
  std::string_view port;
};

Authority split_authority(std::string_view text) {
  const std::size_t bracket = text.rfind(']');
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket))
    return {.host = text, .port = {}};
  return {.host = text.substr(0, colon), .port = text.substr(colon + 1)};
}

bool is_port(std::string_view text) {
  constexpr int kLargest = 65535;
  if (text.empty() || text.size() > 5 || !std::ranges::all_of(text, is_digit)) return false;
  int port = 0;
  for (const char c : text) port = port * 10 + (c - '0');
  return port > 0 && port <= kLargest;
}

bool is_host(std::string_view text) {
  if (text.starts_with('[')) {
    const auto allowed = [](char c) {
      return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' ||
             c == '.';
    };
    return text.size() > 2 && text.ends_with(']') &&
           std::ranges::all_of(text.substr(1, text.size() - 2), allowed);
  }
  return !text.empty() && std::ranges::all_of(text, is_unreserved);
}

/// Only spellings that cannot be resolved to another machine.
bool is_loopback_host(std::string_view host) {
  if (host == "localhost" || host == "[::1]") return true;
  return host.starts_with("127.") &&
         std::ranges::all_of(host, [](char c) { return is_digit(c) || c == '.'; });
}

}  // namespace

Result<BaseUrl> BaseUrl::parse(std::string_view text) {
  const bool plain = text.starts_with(kHttp);
  if (!plain && !text.starts_with(kHttps)) return malformed("has no https:// in front");
  std::string_view rest = text.substr(plain ? kHttp.size() : kHttps.size());
  while (rest.ends_with('/')) rest.remove_suffix(1);

  const std::size_t slash = rest.find('/');
  const Authority authority = split_authority(rest.substr(0, slash));
  if (!is_host(authority.host)) return malformed("has no valid host name");
  const bool has_port = authority.port.data() != nullptr;
  if (has_port && !is_port(authority.port)) return malformed("has no valid port");
  const std::string_view path =
      slash == std::string_view::npos ? std::string_view() : rest.substr(slash);
  if (!std::ranges::all_of(path, [](char c) { return is_unreserved(c) || c == '/'; }))
    return malformed("has a path with more than letters, digits, '-', '.', '_', '~' and '/'");

  BaseUrl url;
  url.loopback_ = is_loopback_host(authority.host);
  if (plain && !url.loopback_) return malformed("is not encrypted and leads to another machine");
  url.host_ = std::string(authority.host);
  url.text_ = std::string(plain ? kHttp : kHttps) + std::string(rest);
  return url;
}

std::string encode_component(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c)) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kHex[byte >> 4U];
    encoded += kHex[byte & 0xFU];
  }
  return encoded;
}

std::string encode_query(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::string query;
  for (const auto& [name, value] : pairs) {
    query += query.empty() ? '?' : '&';
    query += encode_component(name) + '=' + encode_component(value);
  }
  return query;
}

}  // namespace tier0
