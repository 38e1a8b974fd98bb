#pragma once

#include <string_view>

#include "server/base/json.h"
#include "server/mcp/service.h"
#include "server/mcp/versions.h"

namespace tier0::mcp {

/// What a Service offers, by what it has.
struct Features {
  bool tools = false;
  bool prompts = false;
  bool resources = false;
  bool subscriptions = false;
  bool completions = false;
  bool logging = false;
  Json extensions = Json::object();

  static Features of(Service& service);
};

/// The `capabilities` object of `initialize` and `server/discover`.
Json server_capabilities(const Features& features, Revision revision);

}  // namespace tier0::mcp
