#include "server/transport/http_media.h"

#include <catch2/catch.hpp>
#include <string>

using namespace tier0::transport;

namespace {

bool takes_json(const std::string& accept) {
  RequestHead head;
  head.fields = {{"accept", accept}};
  return accepts(head, "application/json");
}

}  // namespace

TEST_CASE("a JSON content type may have parameters but no other charset", "[transport][media]") {
  CHECK(is_json("application/json"));
  CHECK(is_json("Application/JSON ; Charset=\"UTF-8\"; v=1"));
  CHECK(!is_json("application/json; charset=utf-16"));
  CHECK(!is_json("application/json; a=b; charset=latin1"));
  CHECK(!is_json(""));
  CHECK(!is_json("text/json"));
  CHECK(!is_json("application/jsonp"));
  CHECK(!is_json("application/x-www-form-urlencoded"));
}

TEST_CASE("Accept takes a type by name and by wildcard", "[transport][media]") {
  CHECK(accepts(RequestHead{}, "application/json"));
  CHECK(takes_json("application/json, text/event-stream"));
  CHECK(takes_json("text/event-stream,APPLICATION/json;q=0.5"));
  CHECK(takes_json("*/*"));
  CHECK(takes_json("text/html, application/*;q=0.1"));
  CHECK(takes_json(""));
}

TEST_CASE("Accept refuses a type that is not listed or weighs nothing", "[transport][media]") {
  CHECK(!takes_json("text/event-stream"));
  CHECK(!takes_json("text/*"));
  CHECK(!takes_json("application/json;q=0"));
  CHECK(!takes_json("application/json; q=0.000, text/plain"));
  CHECK(!takes_json("*/*, application/json;q=0"));
}

TEST_CASE("Accept is read over all its fields", "[transport][media]") {
  RequestHead head;
  head.fields = {{"Accept", "text/plain"}, {"ACCEPT", "text/event-stream"}};

  CHECK(accepts(head, "text/event-stream"));
  CHECK(!accepts(head, "application/json"));
}
