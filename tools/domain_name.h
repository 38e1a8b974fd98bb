#pragma once

#include <string>
#include <string_view>

#include "server/base/result.h"

namespace tier0::tools {

/// A name that could be registered: one label and what stands behind its first dot.
struct DomainName {
  std::string label;
  std::string tld = {};  // com, com.br; empty where only a label was given
  std::string text() const { return tld.empty() ? label : label + "." + tld; }
};

/// Lower-cased and checked: letters, digits and inner hyphens, labels of at most 63 characters.
/// Names in other scripts are wanted in their xn-- form. Kind validation, naming `field`.
Result<DomainName> parse_domain_name(std::string_view text, const std::string& field);

}  // namespace tier0::tools
