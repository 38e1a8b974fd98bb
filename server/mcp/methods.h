#pragma once

#include <string_view>

#include "server/mcp/features.h"
#include "server/mcp/versions.h"

namespace tier0::mcp {

/// Requests that a client can make.
enum class Method {
  Initialize,
  Discover,
  Ping,
  SetLevel,
  ListTools,
  CallTool,
  ListResources,
  ListTemplates,
  ReadResource,
  Subscribe,
  Unsubscribe,
  Listen,
  ListPrompts,
  GetPrompt,
  Complete,
};

struct MethodFacts {
  Method method;
  std::string_view name;
  bool legacy;                   // exists in the revisions with a handshake
  bool modern;                   // exists in the revisions without
  bool Features::*needs;         // the feature it belongs to; null: always there
  std::string_view name_source;  // the member of params that `Mcp-Name` repeats; empty: none
  bool may_ask;                  // its answer may be `input_required`
};

/// Null for a method that no revision has.
const MethodFacts* find_method(std::string_view name);
/// Whether this server has the method in this revision.
bool is_offered(const MethodFacts& method, Revision revision, const Features& features);

}  // namespace tier0::mcp
