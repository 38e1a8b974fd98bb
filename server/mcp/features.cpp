#include "server/mcp/features.h"

namespace tier0::mcp {

Features Features::of(Service& service) {
  return {.tools = service.tools() != nullptr,
          .prompts = service.prompts() != nullptr,
          .resources = service.resources() != nullptr,
          .subscriptions = service.resources() != nullptr && service.resources()->tells_changes(),
          .completions = service.completions() != nullptr,
          .logging = service.logs(),
          .extensions = service.extensions()};
}

Json server_capabilities(const Features& features, Revision revision) {
  Json capabilities = Json::object();
  if (features.tools) capabilities["tools"] = {{"listChanged", true}};
  if (features.prompts) capabilities["prompts"] = {{"listChanged", true}};
  if (features.resources)
    capabilities["resources"] = {{"subscribe", features.subscriptions}, {"listChanged", true}};
  if (features.completions && facts(revision).completion_capability)
    capabilities["completions"] = Json::object();
  if (features.logging) capabilities["logging"] = Json::object();
  if (facts(revision).modern && !features.extensions.empty())
    capabilities["extensions"] = features.extensions;
  return capabilities;
}

}  // namespace tier0::mcp
