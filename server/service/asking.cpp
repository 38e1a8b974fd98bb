#include "server/service/asking.h"

#include <algorithm>

#include "server/service/caller.h"

namespace tier0 {

bool may_see(const Broker& broker, const mcp::Caller& caller, std::string_view tool) {
  const ProvenCaller& who = proven(caller);
  const std::vector<const Tool*> visible = broker.visible_to(who.principal, *who.exposure);
  return std::any_of(visible.begin(), visible.end(),
                     [&](const Tool* seen) { return seen->name == tool; });
}

Reply ask_tool(Broker& broker, mcp::Call& call, std::string tool, Json arguments) {
  const ProvenCaller& who = proven(call.caller());
  return broker.call({.who = who.principal,
                      .tool = std::move(tool),
                      .arguments = std::move(arguments),
                      .transport = who.transport,
                      .exposure = *who.exposure,
                      .cancel = call.cancel(),
                      .progress = call.progress()});
}

}  // namespace tier0
