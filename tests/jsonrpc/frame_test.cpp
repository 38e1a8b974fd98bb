#include "server/jsonrpc/frame.h"

#include <catch2/catch.hpp>

using namespace tier0;
using namespace tier0::jsonrpc;

TEST_CASE("a result is spliced in as it is", "[jsonrpc]") {
  CHECK(result_frame(7, R"({"a":[1, 2]})") == R"({"jsonrpc":"2.0","id":7,"result":{"a":[1, 2]}})");
  CHECK(result_frame("7", "{}") == R"({"jsonrpc":"2.0","id":"7","result":{}})");
}

TEST_CASE("an error has an id, null, or none", "[jsonrpc]") {
  const ErrorObject error{.code = -1, .message = "m"};

  CHECK(Json::parse(error_frame(Json("a"), error))["id"] == "a");
  CHECK(Json::parse(error_frame(Json(nullptr), error)).at("id").is_null());
  CHECK_FALSE(Json::parse(error_frame(std::nullopt, error)).contains("id"));
}

TEST_CASE("an error leaves data out where there is none", "[jsonrpc]") {
  const auto plain = Json::parse(error_frame(1, {.code = -1, .message = "m"}));
  const auto full = Json::parse(error_frame(1, {.code = -1, .message = "m", .data = {{"x", 1}}}));

  CHECK_FALSE(plain["error"].contains("data"));
  CHECK(full["error"]["data"]["x"] == 1);
}

TEST_CASE("a frame is one line whatever the texts hold", "[jsonrpc]") {
  const auto frame = error_frame("a\nb", {.code = -1, .message = "c\nd \xff"});

  CHECK(frame.find('\n') == std::string::npos);
  CHECK(Json::parse(frame)["id"] == "a\nb");
}

TEST_CASE("calls carry their params, or leave them out", "[jsonrpc]") {
  CHECK(notification_frame("n", "") == R"({"jsonrpc":"2.0","method":"n"})");
  CHECK(notification_frame("n", "{}") == R"({"jsonrpc":"2.0","method":"n","params":{}})");
  CHECK(request_frame("s-1", "m", "{}") ==
        R"({"jsonrpc":"2.0","id":"s-1","method":"m","params":{}})");
}
