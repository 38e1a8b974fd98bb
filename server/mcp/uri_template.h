#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/result.h"

namespace tier0::mcp {

/// A resource template as `resources/templates/list` shows it: `tier0://vps/{id}`, level 1 of
/// RFC 6570. Immutable.
class UriTemplate {
 public:
  /// Kind internal for braces that are not `{name}`, for a name used twice, and for two expressions
  /// with nothing between them.
  static Result<UriTemplate> parse(std::string_view text);

  /// The values by name, percent-decoded, if the URI is one of the template. A value is never
  /// empty, is UTF-8 without control characters, and a slash is in it only if it was encoded. Empty
  /// for any other URI: the service answers resource_not_found.
  std::optional<std::map<std::string, std::string>> match(std::string_view uri) const;
  /// The URI for these values; one that is missing is written as nothing.
  std::string expand(const std::map<std::string, std::string>& values) const;

  const std::string& text() const { return text_; }

 private:
  struct Part {
    std::string literal;
    std::string variable;  // behind the literal; empty at the end only
  };

  std::string text_;
  std::vector<Part> parts_;
};

}  // namespace tier0::mcp
