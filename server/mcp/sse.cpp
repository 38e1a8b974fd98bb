#include "server/mcp/sse.h"

namespace tier0::mcp {
namespace {

std::string with_id(std::string_view id) {
  if (id.empty()) return {};
  return "id: " + std::string(id) + '\n';
}

}  // namespace

std::string sse_message(std::string_view frame, std::string_view id) {
  std::string event = with_id(id);
  event.reserve(event.size() + frame.size() + 24);
  event += "event: message\ndata: ";
  event += frame;
  event += "\n\n";
  return event;
}

std::string sse_priming(std::string_view id, std::chrono::milliseconds retry) {
  return with_id(id) + "retry: " + std::to_string(retry.count()) + "\ndata: \n\n";
}

std::string sse_endpoint(std::string_view uri) {
  return "event: endpoint\ndata: " + std::string(uri) + "\n\n";
}

}  // namespace tier0::mcp
