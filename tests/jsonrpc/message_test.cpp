#include "server/jsonrpc/message.h"

#include <catch2/catch.hpp>

using namespace tier0;
using namespace tier0::jsonrpc;

namespace {

Message read(const char* text) {
  return read_message(Json::parse(text));
}

}  // namespace

TEST_CASE("a request has its id, its method and its params", "[jsonrpc]") {
  const auto message = read(R"({"jsonrpc":"2.0","id":"a","method":"m","params":{"x":1}})");

  const auto* request = std::get_if<Request>(&message);
  REQUIRE(request != nullptr);
  CHECK(request->id == "a");
  CHECK(request->method == "m");
  CHECK(request->params == Json({{"x", 1}}));
}

TEST_CASE("absent and null params are an empty object", "[jsonrpc]") {
  const auto absent = read(R"({"jsonrpc":"2.0","id":1,"method":"m"})");
  const auto null = read(R"({"jsonrpc":"2.0","id":1,"method":"m","params":null})");

  CHECK(std::get<Request>(absent).params == Json::object());
  CHECK(std::get<Request>(null).params == Json::object());
}

TEST_CASE("a message without an id is a notification", "[jsonrpc]") {
  const auto message = read(R"({"jsonrpc":"2.0","method":"tools/call"})");

  CHECK(std::holds_alternative<Notification>(message));
}

TEST_CASE("a response has a result or an error", "[jsonrpc]") {
  const auto result = read(R"({"jsonrpc":"2.0","id":"s-1","result":{"a":1}})");
  const auto error = read(R"({"jsonrpc":"2.0","id":"s-1","error":{"code":1,"message":"m"}})");

  CHECK(std::get<Response>(result).result == Json({{"a", 1}}));
  CHECK(std::get<Response>(error).error["code"] == 1);
}

TEST_CASE("an error about an unreadable request may have no id or null", "[jsonrpc]") {
  const auto absent = read(R"({"jsonrpc":"2.0","error":{"code":1,"message":"m"}})");
  const auto null = read(R"({"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"m"}})");

  CHECK(std::holds_alternative<Response>(absent));
  CHECK(std::holds_alternative<Response>(null));
}

TEST_CASE("what is no message is malformed", "[jsonrpc]") {
  const char* text = GENERATE(
      R"([])", R"("text")", R"({})", R"({"id":1,"method":"m"})",
      R"({"jsonrpc":"1.0","id":1,"method":"m"})", R"({"jsonrpc":"2.0","id":1.0,"method":"m"})",
      R"({"jsonrpc":"2.0","id":true,"method":"m"})", R"({"jsonrpc":"2.0","id":null,"method":"m"})",
      R"({"jsonrpc":"2.0","id":{},"method":"m"})", R"({"jsonrpc":"2.0","id":1,"method":7})",
      R"({"jsonrpc":"2.0","id":1,"method":"m","params":[]})",
      R"({"jsonrpc":"2.0","id":1,"method":"m","params":"x"})", R"({"jsonrpc":"2.0","id":1})",
      R"({"jsonrpc":"2.0","id":1,"result":{},"error":{}})",
      R"({"jsonrpc":"2.0","id":1,"error":"x"})", R"({"jsonrpc":"2.0","id":null,"result":{}})");
  INFO(text);

  CHECK(std::holds_alternative<Malformed>(read(text)));
}

TEST_CASE("a malformed message keeps a usable id", "[jsonrpc]") {
  const auto usable = read(R"({"jsonrpc":"1.0","id":"a","method":"m"})");
  const auto unusable = read(R"({"jsonrpc":"1.0","id":[],"method":"m"})");

  CHECK(std::get<Malformed>(usable).id == "a");
  CHECK(std::get<Malformed>(unusable).id.is_null());
}

TEST_CASE("an integer keeps all its digits as an id", "[jsonrpc]") {
  const auto message = read(R"({"jsonrpc":"2.0","id":18446744073709551615,"method":"m"})");

  CHECK(dump_json(std::get<Request>(message).id) == "18446744073709551615");
}
