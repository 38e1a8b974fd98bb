#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/base/result.h"

namespace tier0 {

/// Where a service lives: https://host[:port][/prefix], without credentials, query and fragment.
class BaseUrl {
 public:
  /// Kind validation. Plain http is taken for loopback only, because credentials travel in headers.
  static Result<BaseUrl> parse(std::string_view text);

  /// Without a slash at the end.
  const std::string& text() const { return text_; }
  const std::string& host() const { return host_; }
  bool is_loopback() const { return loopback_; }

 private:
  BaseUrl() = default;

  std::string text_;
  std::string host_;
  bool loopback_ = false;
};

/// Percent-encodes all but unreserved characters (RFC 3986 section 2.3).
std::string encode_component(std::string_view text);

/// `?name=value&…`, encoded; empty for no pairs.
std::string encode_query(const std::vector<std::pair<std::string, std::string>>& pairs);

}  // namespace tier0
