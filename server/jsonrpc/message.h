#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "server/base/json.h"

namespace tier0::jsonrpc {

// JSON-RPC 2.0, section 5.1.
inline constexpr int kParseError = -32700;
inline constexpr int kInvalidRequest = -32600;
inline constexpr int kMethodNotFound = -32601;
inline constexpr int kInvalidParams = -32602;
inline constexpr int kInternalError = -32603;

/// Ids keep their JSON type: 1 and "1" are two ids.
struct Request {
  Json id;
  std::string method;
  Json params = Json::object();
};

struct Notification {
  std::string method;
  Json params = Json::object();
};

struct Response {
  Json id;
  Json result;  // null where it is an error
  Json error;   // null where it is a result
};

/// Valid JSON that is no message. `id` is null where none could be told.
struct Malformed {
  Json id;
  std::string problem;
};

using Message = std::variant<Request, Notification, Response, Malformed>;

/// A string or an integer.
bool is_id(const Json& value);

/// Absent `params`, and null ones, become an empty object.
Message read_message(Json value);

}  // namespace tier0::jsonrpc
