#pragma once

#include <string>

#include "server/base/json.h"

namespace tier0 {

/// What a caller says beside the tool's own arguments (server/tool/common_arguments).
struct Controls {
  enum class Wait { Done, Accepted };

  std::string plan_id = {};          // empty: none
  std::string idempotency_key = {};  // empty: none
  Wait wait = Wait::Done;
  bool dry_run = false;

  /// Takes them out of arguments that the tool's schema has checked.
  static Controls take(Json& arguments);
  /// Whether there is nothing else in a stranger's arguments.
  static bool are_all_of(const Json& arguments);
};

}  // namespace tier0
