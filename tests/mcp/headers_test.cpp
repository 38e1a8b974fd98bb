#include "server/mcp/headers.h"

#include <catch2/catch.hpp>
#include <vector>

#include "server/mcp/modern.h"

using namespace tier0;
using namespace tier0::mcp;

namespace {

Accepts accept(std::string_view value) {
  const std::vector<HeaderView> headers = {{"Accept", value}};
  return read_accept(headers);
}

jsonrpc::Request modern_request(const char* method, Json params) {
  params["_meta"][std::string(kMetaVersion)] = "2026-07-28";
  params["_meta"][std::string(kMetaCapabilities)] = Json::object();
  return {.id = 1, .method = method, .params = std::move(params)};
}

bool passes(const jsonrpc::Request& request, std::vector<HeaderView> headers,
            bool percent_decoded = false) {
  const HttpHeaders http{.lines = headers, .percent_decoded = percent_decoded};
  const Features features{.tools = true, .resources = true};
  const auto checked = check_modern(request, features, Json::array(), &http);
  return std::holds_alternative<ModernRequest>(checked);
}

}  // namespace

TEST_CASE("a header is found without case and stripped of blanks", "[mcp][headers]") {
  const std::vector<HeaderView> headers = {{"MCP-method", " \ttools/list\t "}, {"Other", ""}};

  const auto found = find_header(headers, "Mcp-Method");
  CHECK(found.count == 1);
  CHECK(found.value == "tools/list");
  CHECK(find_header(headers, "other").count == 1);
  CHECK(find_header(headers, "absent").count == 0);
}

TEST_CASE("Accept allows what it lists", "[mcp][headers]") {
  struct Row {
    const char* value;
    bool json, stream;
  };
  const Row rows[] = {{"application/json, text/event-stream", true, true},
                      {"application/json", true, false},
                      {"TEXT/Event-Stream", false, true},
                      {"*/*", true, true},
                      {"application/*;q=0.5", true, false},
                      {"text/*", false, true},
                      {"application/json;q=0, text/event-stream;q=1.0", false, true},
                      {"application/json; q=0.000", false, false},
                      {"text/html", false, false},
                      {"", false, false}};
  for (const Row& row : rows) {
    INFO(row.value);
    CHECK(accept(row.value).json == row.json);
    CHECK(accept(row.value).stream == row.stream);
  }
  CHECK(read_accept({}).json);
  CHECK(read_accept({}).stream);
}

TEST_CASE("a header value is Base64 only between both marks", "[mcp][headers]") {
  CHECK(decode_header_value("plain") == "plain");
  CHECK(decode_header_value("=?base64?w7w=?=") == "\xc3\xbc");
  CHECK(decode_header_value("=?base64?"
                            "?=") == "");
  CHECK(decode_header_value("=?base64?w7w=") == "=?base64?w7w=");
  CHECK(decode_header_value("w7w=?=") == "w7w=?=");
  CHECK(decode_header_value("=?BASE64?w7w=?=") == "=?BASE64?w7w=?=");
}

TEST_CASE("a header value that claims to be Base64 must be", "[mcp][headers]") {
  const char* value = GENERATE("=?base64?w7w?=", "=?base64?w7x=?=", "=?base64?w-_=?=",
                               "=?base64? w7w=?=", "=?base64?/w==?=");
  INFO(value);

  CHECK_FALSE(decode_header_value(value));
}

TEST_CASE("percent signs are decoded where two hex digits follow", "[mcp][headers]") {
  CHECK(percent_decode("a%20b%2fc") == "a b/c");
  CHECK(percent_decode("100%") == "100%");
  CHECK(percent_decode("%zz%4") == "%zz%4");
  CHECK(percent_decode("%41") == "A");
}

TEST_CASE("a repeated protocol header is a mismatch, equal or not", "[mcp][headers]") {
  const auto request = modern_request("tools/list", Json::object());
  const HeaderView version{"MCP-Protocol-Version", "2026-07-28"};
  const HeaderView method{"Mcp-Method", "tools/list"};

  CHECK(passes(request, {version, method}));
  CHECK_FALSE(passes(request, {version, version, method}));
  CHECK_FALSE(passes(request, {version, method, method}));
}

TEST_CASE("a name that the HTTP library decoded is still the same name", "[mcp][headers]") {
  const auto request = modern_request("resources/read", {{"uri", "file:///a%20b"}});
  const std::vector<HeaderView> headers = {{"MCP-Protocol-Version", "2026-07-28"},
                                           {"Mcp-Method", "resources/read"},
                                           {"Mcp-Name", "file:///a b"}};

  CHECK(passes(request, headers, true));
  CHECK_FALSE(passes(request, headers, false));
}

TEST_CASE("an integer argument is repeated by value, within what JSON holds exactly",
          "[mcp][headers]") {
  const std::vector<HeaderParam> expected = {
      {.path = {"a", "n"}, .name = "N", .type = HeaderParam::Type::Integer}};
  const auto matches = [&expected](const char* header, const Json& value) {
    const std::vector<HeaderView> headers = {{"Mcp-Param-N", header}};
    const Json params = {{"arguments", {{"a", {{"n", value}}}}}};
    return !check_header_params(expected, params, {.lines = headers}).has_value();
  };

  CHECK(matches("42", 42));
  CHECK(matches("42.0", 42));
  CHECK(matches("42", 42.0));
  CHECK(matches("-9007199254740991", -9007199254740991));
  CHECK_FALSE(matches("9007199254740993", 9007199254740993));
  CHECK_FALSE(matches("42x", 42));
  CHECK_FALSE(matches("", 42));
  CHECK_FALSE(matches("inf", 42));
  CHECK_FALSE(matches("42", "43"));
  CHECK_FALSE(matches("{}", Json::object()));
}
