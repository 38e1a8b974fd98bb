#include "server/transport/origin.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "server/base/text.h"

namespace tier0::transport {
namespace {

bool is_name_character(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == '_';
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::optional<std::string> canonical_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || !std::all_of(text.begin(), text.end(), is_digit))
    return {};
  unsigned value = 0;
  for (const char c : text) value = value * 10 + static_cast<unsigned>(c - '0');
  if (value > 65535) return {};
  return std::to_string(value);
}

std::optional<std::string> canonical_ipv6(std::string_view inside_brackets) {
  in6_addr address{};
  if (inet_pton(AF_INET6, std::string(inside_brackets).c_str(), &address) != 1) return {};
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(AF_INET6, &address, text.data(), text.size());
  return "[" + std::string(text.data()) + "]";
}

struct ParsedOrigin {
  std::string scheme;
  Authority authority;
  std::string text() const {
    return scheme + "://" + authority.host + (authority.port.empty() ? "" : ":" + authority.port);
  }
};

/// RFC 6454 section 6.1: scheme "://" host [":" port]; a default port is never written.
std::optional<ParsedOrigin> parse_origin(std::string_view text) {
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return {};
  ParsedOrigin origin{.scheme = lower(text.substr(0, colon)), .authority = {}};
  if (origin.scheme != "http" && origin.scheme != "https") return {};
  const auto authority = Authority::parse(text.substr(colon + 3));
  if (!authority) return {};
  origin.authority = *authority;
  const std::string_view usual = origin.scheme == "http" ? "80" : "443";
  if (origin.authority.port == usual) origin.authority.port.clear();
  return origin;
}

Error bad_entry(std::string_view kind, const std::string& entry, std::string_view form) {
  return {.code = Code::Validation,
          .message = std::string(kind) + " has the entry '" + entry + "', which is not one",
          .hint = "write " + std::string(form)};
}

}  // namespace

std::optional<Authority> Authority::parse(std::string_view text) {
  Authority out;
  std::string_view rest;
  if (!text.empty() && text.front() == '[') {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return {};
    const auto host = canonical_ipv6(text.substr(1, end - 1));
    if (!host) return {};
    out.host = *host;
    rest = text.substr(end + 1);
  } else {
    const std::size_t colon = text.find(':');
    out.host = lower(text.substr(0, colon));
    if (out.host.empty() || !std::all_of(out.host.begin(), out.host.end(), is_name_character))
      return {};
    rest = colon == std::string_view::npos ? std::string_view{} : text.substr(colon);
  }
  if (rest.empty()) return out;
  if (rest.front() != ':') return {};
  const auto port = canonical_port(rest.substr(1));
  if (!port) return {};
  out.port = *port;
  return out;
}

bool Authority::is_loopback() const {
  if (host == "localhost" || host == "[::1]") return true;
  in_addr address{};
  return inet_pton(AF_INET, host.c_str(), &address) == 1 && (ntohl(address.s_addr) >> 24U) == 127;
}

Result<OriginRules> OriginRules::build(std::string_view bind_host,
                                       const std::vector<std::string>& hosts,
                                       const std::vector<std::string>& origins) {
  OriginRules rules;
  const auto bound =
      Authority::parse(bind_host.find(':') != std::string_view::npos && bind_host.front() != '['
                           ? "[" + std::string(bind_host) + "]"
                           : std::string(bind_host));
  if (!bound || !bound->port.empty())
    return bad_entry("http.listen", std::string(bind_host), "an address or a name, and a port");
  rules.loopback_ = bound->is_loopback();
  if (!rules.loopback_ && hosts.empty())
    return Error{.code = Code::NotConfigured,
                 .message = "http.listen is beyond loopback, but http.hosts is empty",
                 .hint = "list the names under which clients reach this server in http.hosts"};
  if (rules.loopback_) rules.hosts_ = {{"localhost"}, {"127.0.0.1"}, {"[::1]"}};
  for (const std::string& entry : hosts) {
    const auto host = Authority::parse(entry);
    if (!host) return bad_entry("http.hosts", entry, "a host name or address, port optional");
    rules.hosts_.push_back(*host);
  }
  for (const std::string& entry : origins) {
    const auto origin = parse_origin(entry);
    if (!origin) return bad_entry("http.origins", entry, "scheme://host or scheme://host:port");
    rules.origins_.push_back(origin->text());
  }
  return rules;
}

bool OriginRules::allows_host(std::string_view host) const {
  const auto asked = Authority::parse(host);
  if (!asked) return false;
  return std::any_of(hosts_.begin(), hosts_.end(), [&asked](const Authority& allowed) {
    return allowed.host == asked->host && (allowed.port.empty() || allowed.port == asked->port);
  });
}

bool OriginRules::allows_origin(std::string_view origin, std::string_view host) const {
  const auto asked = parse_origin(origin);
  if (!asked) return false;
  if (std::find(origins_.begin(), origins_.end(), asked->text()) != origins_.end()) return true;
  if (!loopback_ || asked->scheme != "http") return false;
  auto own = Authority::parse(host);
  if (!own) return false;
  if (own->port == "80") own->port.clear();
  return *own == asked->authority && own->is_loopback();
}

}  // namespace tier0::transport
