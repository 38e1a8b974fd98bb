#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/tool/tool.h"

namespace tier0 {

/// Every tool there is, in the order of their names. Immutable after build; thread-safe.
class Registry {
 public:
  /// Kind internal, naming tool and fault, where a descriptor breaks the rules of schemas/tools.
  static Result<Registry> build(std::span<const ToolEntry> entries);

  /// Null where there is none.
  const Tool* find(std::string_view name) const;
  std::span<const Tool> all() const { return tools_; }

 private:
  std::vector<Tool> tools_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
};

}  // namespace tier0
