// Which era a request over HTTP is of, and what is wrong with it: rows 13 to 24 of the decision, in
// their order.
#include <catch2/catch.hpp>

#include "tests/mcp/change_service.h"
#include "tests/mcp/era_rows.h"

using namespace tier0;
using namespace tier0::mcp;

TEST_CASE("rows 13 to 15: the claim, then the header, then the version", "[mcp][era]") {
  const std::string info = R"(,"io.modelcontextprotocol/clientInfo":)";
  const std::string capabilities = R"(,"io.modelcontextprotocol/clientCapabilities":)";
  const auto list = [](const std::string& meta) { return request("tools/list", meta); };
  const auto saying = [](const char* version) {
    return Headers{{kVersionHeader, version}, {"Mcp-Method", "tools/list"}};
  };
  const Headers right = saying("2026-07-28");
  play({{"13: the version is a number", right, list(claim("20260728")), 400, -32602},
        {"13: the version is null", right, list(claim("null")), 400, -32602},
        {"13: no capabilities", right, list(claim(R"("2026-07-28")", "")), 400, -32602},
        {"13: capabilities are an array", right,
         list(claim(R"("2026-07-28")", capabilities + "[]")), 400, -32602},
        {"13: capabilities are null", right, list(claim(R"("2026-07-28")", capabilities + "null")),
         400, -32602},
        {"13: a client without a version", right, list(claim() + info + R"({"name":"x"})"), 400,
         -32602},
        {"13: a client that is no object", right, list(claim() + info + "7"), 400, -32602},
        {"13 before 14", {}, list(claim(R"("2026-07-28")", "")), 400, -32602},
        {"13 before 15", saying("1"), list(claim("1")), 400, -32602},
        {"14: no header", {{"Mcp-Method", "tools/list"}}, list(claim()), 400, -32020},
        {"14: an empty header", saying(""), list(claim()), 400, -32020},
        {"14: a legacy header", saying("2025-11-25"), list(claim()), 400, -32020},
        {"14 before 15", right, list(claim(R"("v999.0.0")")), 400, -32020},
        {"15: unknown", saying("v999.0.0"), list(claim(R"("v999.0.0")")), 400, -32022},
        {"15: a legacy date", saying("2025-11-25"), list(claim(R"("2025-11-25")")), 400, -32022},
        {"15: a later date", saying("2027-01-01"), list(claim(R"("2027-01-01")")), 400, -32022},
        {"15: empty", saying(""), list(claim(R"("")")), 400, -32022},
        {"15 before 16", {{kVersionHeader, "1"}}, list(claim(R"("1")")), 400, -32022},
        {"a client needs no name", right, list(claim()), 200},
        {"blanks around the header", saying(" 2026-07-28\t"), list(claim()), 200}});
}

TEST_CASE("rows 16 and 17: the headers of method and name", "[mcp][era]") {
  const Headers version = {{kVersionHeader, "2026-07-28"}};
  const auto named = [](const char* method, const char* name) {
    return modern_headers(method, {{"Mcp-Name", name}});
  };
  const std::string call = request("tools/call", claim(), R"("name":"test_simple_text",)");
  const std::string read = request("resources/read", claim(), R"("uri":"test://static-text",)");
  const std::string get = request("prompts/get", claim(), R"("name":"test_simple_prompt",)");
  play({{"16: no method", version, request("tools/list", claim()), 400, -32020},
        {"16: another method", modern_headers("tools/call"), request("tools/list", claim()), 400,
         -32020},
        {"16: another case", modern_headers("Tools/List"), request("tools/list", claim()), 400,
         -32020},
        {"16 before 17", named("tools/list", "x"), call, 400, -32020},
        {"16 before 18", modern_headers("tools/list"), request("no/such", claim()), 400, -32020},
        {"17: no name", modern_headers("tools/call"), call, 400, -32020},
        {"17: another name", named("tools/call", "test_image_content"), call, 400, -32020},
        {"17: another case", named("tools/call", "Test_simple_text"), call, 400, -32020},
        {"17: an undecodable name", named("tools/call", "=?base64?!?="), call, 400, -32020},
        {"17: no URI", modern_headers("resources/read"), read, 400, -32020},
        {"17: another URI", named("resources/read", "test://static-binary"), read, 400, -32020},
        {"17: no prompt", modern_headers("prompts/get"), get, 400, -32020},
        {"17 before the tool is looked for", named("tools/call", "y"),
         request("tools/call", claim(), R"("name":"x",)"), 400, -32020},
        {"the same name", named("tools/call", "test_simple_text"), call, 200},
        {"the same name in Base64", named("tools/call", "=?base64?dGVzdF9zaW1wbGVfdGV4dA==?="),
         call, 200},
        {"the same URI", named("resources/read", "test://static-text"), read, 200},
        {"the same prompt", named("prompts/get", "test_simple_prompt"), get, 200},
        {"a name that nothing repeats", named("tools/list", "x"), request("tools/list", claim()),
         200}});
}

TEST_CASE("row 18: what the newest revision does not have is unknown, whatever its name",
          "[mcp][era]") {
  const char* method = GENERATE("initialize", "ping", "logging/setLevel", "resources/subscribe",
                                "resources/unsubscribe", "tasks/list", "tasks/result",
                                "notifications/initialized", "no/such", "", "Tools/list");

  play({{"18", modern_headers(method), request(method, claim()), 404, -32601}});
}

TEST_CASE("row 18: what the server does not offer is unknown", "[mcp][era]") {
  ChangeService tools_only;
  Harness harness(tools_only);
  const std::string session = harness.open_session("2025-11-25");
  for (const char* method : {"prompts/list", "prompts/get", "resources/list", "resources/read",
                             "resources/templates/list", "completion/complete"}) {
    play(harness, {{"18", modern_headers(method, {{"Mcp-Name", "x"}}),
                    request(method, claim(), R"("name":"x","uri":"x",)"), 404, -32601},
                   {"legacy", {{kSessionHeader, session}}, legacy(method), 200, -32601}});
  }
}

TEST_CASE("rows 19 to 21: arguments in headers, capabilities, the call", "[mcp][era]") {
  const auto call = [](const std::string& name, const std::string& arguments) {
    return request("tools/call", claim(),
                   R"("name":")" + name + R"(","arguments":)" + arguments + ",");
  };
  const auto named = [](const char* name, Headers more = {}) {
    more.emplace("Mcp-Name", name);
    return modern_headers("tools/call", more);
  };
  const char* tool = "test_header_params";
  play({{"19: no header", named(tool), call(tool, R"({"region":"eu"})"), 400, -32020},
        {"19: another value", named(tool, {{"Mcp-Param-Region", "us"}}),
         call(tool, R"({"region":"eu"})"), 400, -32020},
        {"19: no argument", named(tool, {{"Mcp-Param-Region", "eu"}}), call(tool, "{}"), 400,
         -32020},
        {"19: for an unknown tool there is none", named("x", {{"Mcp-Param-Region", "eu"}}),
         call("x", "{}"), 200, -32602},
        {"20: no sampling", named("test_sampling"), call("test_sampling", R"({"prompt":"p"})"), 400,
         -32021},
        {"21", named(tool, {{"Mcp-Param-Region", "eu"}}), call(tool, R"({"region":"eu"})"), 200}});
}

TEST_CASE("rows 22 to 24: a request without a claim", "[mcp][era]") {
  Harness harness;
  const Headers session = {{kSessionHeader, harness.open_session("2025-11-25")}};
  const std::string initialize = legacy("initialize", R"({"protocolVersion":"2025-11-25"})");
  const auto saying = [](const char* version) { return Headers{{kVersionHeader, version}}; };
  play(harness, {{"22: initialize", saying("2026-07-28"), initialize, 400, -32602},
                 {"22: discover", saying("2026-07-28"), legacy("server/discover"), 400, -32602},
                 {"22: a later date", saying("2030-01-01"), legacy("ping"), 400, -32602},
                 {"22: an unknown method", saying("2026-07-28"), legacy("no/such"), 400, -32602},
                 {"22: an empty _meta", saying("2026-07-28"),
                  legacy("tools/list", R"({"_meta":{}})"), 400, -32602},
                 {"22: a _meta that is no object", saying("2026-07-28"),
                  legacy("tools/list", R"({"_meta":7})"), 400, -32602},
                 {"23: unknown", saying("1.0"), initialize, 400, -32022},
                 {"23: a date before", saying("2025-01-01"), initialize, 400, -32022},
                 {"23: empty", saying(""), initialize, 400, -32022},
                 {"24: initialize", {}, initialize, 200},
                 {"24: initialize with its header", saying("2025-11-25"), initialize, 200},
                 {"24: initialize in a session begins another", session, initialize, 200},
                 {"24: no session", {}, legacy("ping"), 400, -32600},
                 {"24: no session, for a method that nobody knows",
                  {},
                  legacy("server/discover"),
                  400,
                  -32600},
                 {"24: unknown session", {{kSessionHeader, "nobody"}}, legacy("ping"), 404, -32600},
                 {"24: in its session", session, legacy("ping"), 200},
                 {"24: discover is unknown there", session, legacy("server/discover"), 200, -32601},
                 {"24: other members of _meta are no claim", session,
                  legacy("ping", R"({"_meta":{"progressToken":1}})"), 200}});
}
