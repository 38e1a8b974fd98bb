#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/base/json.h"

namespace tier0::jsonrpc {

/// Messages as bytes: one line of JSON without a newline. What is already serialised is spliced in,
/// so that a long list is not built again for each request.

/// `result` is a serialised object.
std::string result_frame(const Json& id, std::string_view result);

struct ErrorObject {
  int code;
  std::string message;
  Json data = nullptr;  // left out where null
};

/// An empty `id` leaves the member out, null writes null: revisions differ in what they allow.
std::string error_frame(const std::optional<Json>& id, const ErrorObject& error);

/// `params` is a serialised object, or empty for none.
std::string notification_frame(std::string_view method, std::string_view params);
std::string request_frame(const Json& id, std::string_view method, std::string_view params);

}  // namespace tier0::jsonrpc
