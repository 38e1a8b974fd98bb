#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/result.h"

namespace tier0::transport {

/// A host with an optional port, as in `Host` and in the tail of `Origin`. Names are lower-case;
/// addresses are in their one canonical form, IPv6 in brackets.
struct Authority {
  std::string host;
  std::string port = {};  // decimal without leading zeros, empty where it was not said

  /// Nothing for user info, spaces, empty hosts or ports, ports beyond 65535, bad addresses.
  static std::optional<Authority> parse(std::string_view text);

  /// localhost, 127.0.0.0/8 or ::1.
  bool is_loopback() const;
  bool operator==(const Authority&) const = default;
};

/// Which `Host` and `Origin` values a server on one address takes (MCP transports, "Security
/// Warning"; the guard against DNS rebinding). Pure and immutable, so thread-safe.
class OriginRules {
 public:
  /// `hosts` are names with or without a port, `origins` are `scheme://host[:port]`. Kind
  /// not_configured for a bind beyond loopback without hosts, validation for entries that are
  /// neither, `*` among them.
  static Result<OriginRules> build(std::string_view bind_host,
                                   const std::vector<std::string>& hosts,
                                   const std::vector<std::string>& origins);

  /// Whether the bind is reached from this machine only.
  bool is_loopback() const { return loopback_; }

  bool allows_host(std::string_view host) const;

  /// On loopback a page served by this very host and port is allowed as well as the list. `null`
  /// never is. `host` is the request's `Host`, already allowed.
  bool allows_origin(std::string_view origin, std::string_view host) const;

 private:
  bool loopback_ = true;
  std::vector<Authority> hosts_;
  std::vector<std::string> origins_;
};

}  // namespace tier0::transport
