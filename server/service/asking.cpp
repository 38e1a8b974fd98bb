#include "server/service/asking.h"

#include <algorithm>

#include "server/service/caller.h"

namespace tier0 {

std::vector<const Tool*> tools_of(const Broker& broker, const mcp::Caller& caller) {
  const ProvenCaller& who = proven(caller);
  return broker.visible_to(who.principal, *who.exposure);
}

bool has_tool(std::span<const Tool* const> tools, std::string_view name) {
  return std::any_of(tools.begin(), tools.end(),
                     [name](const Tool* tool) { return tool->name == name; });
}

bool may_see(const Broker& broker, const mcp::Caller& caller, std::string_view tool) {
  return has_tool(tools_of(broker, caller), tool);
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
