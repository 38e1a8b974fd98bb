#include "server/jsonrpc/message.h"

#include <utility>

namespace tier0::jsonrpc {
namespace {

Malformed malformed(const Json* id, std::string problem) {
  return {.id = id != nullptr && is_id(*id) ? *id : Json(nullptr), .problem = std::move(problem)};
}

Message read_response(Json& value, const Json* id) {
  const bool has_result = value.contains("result");
  const bool has_error = value.contains("error");
  if (has_result == has_error)
    return malformed(id, "a message is a request, a notification or a response");
  // A response that answers an unreadable request has no id to match; nobody waits for it.
  Response response{.id = id != nullptr ? *id : Json(nullptr), .result = nullptr, .error = nullptr};
  if (has_error && !value["error"].is_object()) return malformed(id, "error must be an object");
  (has_error ? response.error : response.result) = std::move(value[has_error ? "error" : "result"]);
  return response;
}

}  // namespace

bool is_id(const Json& value) {
  return value.is_string() || value.is_number_integer();
}

Message read_message(Json value) {
  if (!value.is_object()) return malformed(nullptr, "a message must be an object");
  const Json* id = find_member(value, "id");
  const Json* version = find_member(value, "jsonrpc");
  if (version == nullptr || *version != "2.0") return malformed(id, "jsonrpc must be \"2.0\"");

  const auto method = value.find("method");
  const bool is_response = method == value.end();
  const bool id_may_be_null = is_response && value.contains("error");
  if (id != nullptr && !is_id(*id) && !(id->is_null() && id_may_be_null))
    return malformed(nullptr, "id must be a string or an integer");
  if (is_response) return read_response(value, id);

  if (!method->is_string()) return malformed(id, "method must be a string");
  Json params = Json::object();
  if (const auto found = value.find("params"); found != value.end() && !found->is_null()) {
    if (!found->is_object()) return malformed(id, "params must be an object");
    params = std::move(*found);
  }
  auto name = std::move(method->get_ref<std::string&>());
  if (id == nullptr) return Notification{.method = std::move(name), .params = std::move(params)};
  return Request{.id = *id, .method = std::move(name), .params = std::move(params)};
}

}  // namespace tier0::jsonrpc
