#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "server/base/json.h"
#include "server/base/result.h"
#include "server/tool/registry.h"

namespace tier0::cli {

/// A client's request, as far as somebody must know it who answers in a server's place.
struct Asked {
  Json id;
  std::string method = {};
  std::string name = {};      // what Mcp-Name repeats: of a tool or prompt, a task's id, a URI
  std::string revision = {};  // that the request claims; empty before 2026-07-28
};

/// Empty where the message is no request.
std::optional<Asked> asked_in(const Json& message);

/// A member that the newest revision keeps in `_meta` of params or of a result; null without it.
const Json* meta_member(const Json& params, std::string_view name);

/// Nothing but reading, or the same as having been asked once; never a tools/call.
bool may_be_asked_again(std::string_view method);

/// The effect of a tool; empty for one that is not known here.
using EffectOf = std::function<std::optional<Effect>(std::string_view tool)>;
/// Of the tools that are built in; `registry` outlives it.
EffectOf effects_in(const Registry& registry);

/// Says of a request that a server took and never answered what may have happened.
std::string lost_answer(const Asked& asked, const EffectOf& effect_of);

/// A request that nobody carried out. A JSON-RPC error with kind and hint as its data.
std::string refused_answer(const Asked& asked, const Error& error);

}  // namespace tier0::cli
