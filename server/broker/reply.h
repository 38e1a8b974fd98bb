#pragma once

#include <string>
#include <variant>

#include "server/base/ids.h"
#include "server/base/json.h"
#include "server/base/result.h"
#include "server/broker/controls.h"
#include "server/tool/context.h"

namespace tier0 {

/// There is no such tool for this caller: none at all, outside the chosen toolsets, or not granted.
/// The three are one answer, so that an agent never learns what it may not see.
struct UnknownTool {
  std::string name;
};

/// Nothing was done. The user of the client is to be asked this about the plan; the same call with
/// their answer goes on.
struct AskClient {
  std::string plan;
  std::string text;
};

/// The operation of `Reply::operation_id` runs or ran; OperationReplies tells how it ends.
struct Underway {
  Controls::Wait wait = Controls::Wait::Done;
  bool is_own = true;  // by this call, and not by the one that it repeats
};

/// What the broker answers to a call.
struct Reply {
  std::variant<ToolOutput, Error, UnknownTool, AskClient, Underway> outcome;
  CallId call = {};
  std::string plan_id = {};       // of what was planned, asked for or applied
  std::string operation_id = {};  // that runs or ran
  bool replayed = false;          // an earlier call with the same key did it

  bool is_error() const {
    return std::holds_alternative<Error>(outcome) || std::holds_alternative<UnknownTool>(outcome);
  }
};

/// Kind approval_required, naming the entry of the queue. `progress` may say how many agreed.
Error waits_for_approval(const std::string& plan, const std::string& progress);

/// The common result object of schemas/result.json, for everything but UnknownTool; a question that
/// nobody can be asked is approval_required.
Json result_object(const Reply& reply);

/// The same as text: the summary first, then the data as JSON, at most 8 KB on a character
/// boundary.
std::string result_text(const Json& result);

}  // namespace tier0
