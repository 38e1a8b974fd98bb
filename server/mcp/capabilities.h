#pragma once

#include "server/base/json.h"
#include "server/mcp/versions.h"

namespace tier0::mcp {

/// What a client declared: with each request (modern) or once in `initialize`.
struct ClientCapabilities {
  bool form = false;  // elicitation through a form
  bool url = false;   // elicitation through a page
  bool sampling = false;
  bool roots = false;
  Json declared = Json::object();  // all of it, `extensions` included

  /// What the revision knows of what was declared. `declared` that is no object declares nothing.
  static ClientCapabilities read(const Json& declared, Revision revision);
};

}  // namespace tier0::mcp
