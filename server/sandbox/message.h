#pragma once

#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tier0::sandbox {

/// An HTTP request after parsing. The path is decoded and has no query; header names are in lower
/// case.
struct Request {
  std::string method;
  std::string path;
  std::map<std::string, std::string> query = {};
  std::map<std::string, std::string> headers = {};
  std::string body = {};
};

/// What the HTTP shell does with a response.
enum class Delivery {
  Send,
  Drop,      // close the connection without a byte
  Reset,     // the same with an RST
  Truncate,  // send the head and half of the body, then close
  Drip,      // send the body in small pieces over `delay`
};

struct Response {
  int status = 200;
  std::string body = {};
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers = {};
  Delivery delivery = Delivery::Send;
  std::chrono::milliseconds delay{};  // before the delivery
};

}  // namespace tier0::sandbox
