#include "server/transport/http_cors.h"

#include <algorithm>
#include <string>

#include "server/base/text.h"

namespace tier0::transport {
namespace {

constexpr std::string_view kParam = "mcp-param-";

/// The `Mcp-Param-*` names asked for: a tool may have any, and no wildcard covers them beside
/// Authorization.
std::string asked_params(const RequestHead& head) {
  std::string out;
  const std::string asked(head.find("Access-Control-Request-Headers").value_or(""));
  for (const std::string& part : split(asked, ',')) {
    const std::string_view name = trim(part);
    const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '-' || c == '_';
    });
    if (plain && name.size() > kParam.size() && same_name(name.substr(0, kParam.size()), kParam))
      out.append(", ").append(name);
  }
  return out;
}

}  // namespace

std::vector<mcp::HeaderLine> cors_headers(const RequestHead& head) {
  const auto origin = head.find("Origin");
  if (!origin) return {};
  return {{"Access-Control-Allow-Origin", std::string(*origin)},
          {"Access-Control-Expose-Headers", "Mcp-Session-Id, WWW-Authenticate"},
          {"Vary", "Origin"}};
}

bool is_preflight(const RequestHead& head) {
  return head.method == "OPTIONS" && head.find("Origin") &&
         head.find("Access-Control-Request-Method");
}

std::vector<mcp::HeaderLine> preflight_headers(const RequestHead& head) {
  return {{"Access-Control-Allow-Methods", "POST, GET, DELETE"},
          {"Access-Control-Allow-Headers",
           "Content-Type, Accept, Authorization, MCP-Protocol-Version, Mcp-Method, Mcp-Name, "
           "Mcp-Session-Id, Last-Event-ID" +
               asked_params(head)},
          {"Access-Control-Max-Age", "600"}};
}

}  // namespace tier0::transport
