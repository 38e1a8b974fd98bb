#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "server/base/result.h"
#include "server/tool/tool.h"

namespace tier0 {

enum class Access { Full, ReadOnly };

/// Which tools a server offers at all, whoever asks: its toolsets, and reads only where it was
/// started so. Outside of it a tool is unknown, to list and to call alike.
class Exposure {
 public:
  /// Everything.
  Exposure() = default;

  /// Toolsets of product.md 5, or `all`; none means `core`. Kind validation for an unknown one.
  static Result<Exposure> parse(std::span<const std::string> toolsets, Access access);

  bool includes(const Tool& tool) const;

 private:
  bool all_ = true;
  std::set<std::string> toolsets_;
  Access access_ = Access::Full;
};

}  // namespace tier0
