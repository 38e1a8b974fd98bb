#include "server/mcp/methods.h"

#include <array>

namespace tier0::mcp {
namespace {

constexpr std::array<MethodFacts, 15> kMethods = {{
    {Method::Initialize, "initialize", true, false, nullptr, "", false},
    {Method::Discover, "server/discover", false, true, nullptr, "", false},
    {Method::Ping, "ping", true, false, nullptr, "", false},
    {Method::SetLevel, "logging/setLevel", true, false, &Features::logging, "", false},
    {Method::ListTools, "tools/list", true, true, &Features::tools, "", false},
    {Method::CallTool, "tools/call", true, true, &Features::tools, "name", true},
    {Method::ListResources, "resources/list", true, true, &Features::resources, "", false},
    {Method::ListTemplates, "resources/templates/list", true, true, &Features::resources, "",
     false},
    {Method::ReadResource, "resources/read", true, true, &Features::resources, "uri", true},
    {Method::Subscribe, "resources/subscribe", true, false, &Features::subscriptions, "", false},
    {Method::Unsubscribe, "resources/unsubscribe", true, false, &Features::subscriptions, "",
     false},
    {Method::Listen, "subscriptions/listen", false, true, nullptr, "", false},
    {Method::ListPrompts, "prompts/list", true, true, &Features::prompts, "", false},
    {Method::GetPrompt, "prompts/get", true, true, &Features::prompts, "name", true},
    {Method::Complete, "completion/complete", true, true, &Features::completions, "", false},
}};

}  // namespace

const MethodFacts* find_method(std::string_view name) {
  for (const MethodFacts& method : kMethods)
    if (method.name == name) return &method;
  return nullptr;
}

bool is_offered(const MethodFacts& method, Revision revision, const Features& features) {
  if (!(facts(revision).modern ? method.modern : method.legacy)) return false;
  if (method.method == Method::Listen)
    return features.tools || features.prompts || features.resources;
  return method.needs == nullptr || features.*method.needs;
}

}  // namespace tier0::mcp
