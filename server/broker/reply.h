#pragma once

#include <string>
#include <variant>

#include "server/base/ids.h"
#include "server/base/json.h"
#include "server/base/result.h"
#include "server/tool/context.h"

namespace tier0 {

/// There is no such tool for this caller: none at all, outside the chosen toolsets, or not granted.
/// The three are one answer, so that an agent never learns what it may not see.
struct UnknownTool {
  std::string name;
};

/// What the broker answers to a call. Plans, needs for input and accepted operations join here.
struct Reply {
  std::variant<ToolOutput, Error, UnknownTool> outcome;
  CallId call;

  bool is_error() const { return !std::holds_alternative<ToolOutput>(outcome); }
};

/// The common result object of schemas/result.json, for everything but UnknownTool.
Json result_object(const Reply& reply);

/// The same as text: the summary first, then the data as JSON, at most 8 KB on a character
/// boundary.
std::string result_text(const Json& result);

}  // namespace tier0
