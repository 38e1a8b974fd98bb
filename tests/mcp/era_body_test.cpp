// What the body of a POST is, before it is a request: rows 7 to 12 of the decision about its era.
// The checks before (Host, Origin, path, authentication, media type, size) are the transport's.
#include <catch2/catch.hpp>

#include "tests/mcp/era_rows.h"

using namespace tier0;
using namespace tier0::mcp;

TEST_CASE("row 7: what is no JSON is a parse error, with an id of null for old clients only",
          "[mcp][era]") {
  const char* body = GENERATE("", "{", "{} {}", "\xef\xbb\xbf{}", "{\"a\":\"\xff\"}",
                              R"({"jsonrpc":"2.0","id":1,"id":2,"method":"ping"})",
                              R"({"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":1e999}})");
  INFO(body);
  Harness harness;
  for (const auto& [version, has_id] : std::vector<std::pair<const char*, bool>>{
           {"", true}, {"2025-06-18", true}, {"2025-11-25", false}, {"2026-07-28", false}}) {
    const auto reply =
        harness.post(body, *version == '\0' ? Headers{} : Headers{{kVersionHeader, version}});

    CHECK(reply->status() == 400);
    CHECK(reply->body()["error"]["code"] == -32700);
    CHECK(reply->body().contains("id") == has_id);
  }
}

TEST_CASE("row 7: JSON that is nested too deep is a parse error", "[mcp][era]") {
  play({{"60 deep",
         {},
         legacy("ping", R"({"a":)" + std::string(60, '[') + std::string(60, ']') + "}"),
         400,
         -32600},
        {"100 deep",
         {},
         legacy("ping", R"({"a":)" + std::string(100, '[') + std::string(100, ']') + "}"),
         400,
         -32700},
        {"100,000 deep", {}, std::string(100'000, '['), 400, -32700}});
}

TEST_CASE("rows 8 and 9: an array is a batch in one revision and refused in all others",
          "[mcp][era]") {
  Harness harness;
  const std::string ping = "[" + legacy("ping") + "]";
  const Headers b = {{kSessionHeader, harness.open_session("2025-03-26")}};
  const Headers c = {{kSessionHeader, harness.open_session("2025-06-18")}};
  const auto with = [](Headers headers, const char* version) {
    headers.emplace(kVersionHeader, version);
    return headers;
  };
  play(harness, {{"8: empty", b, "[]", 400, -32600},
                 {"8: no message in it", b, "[1]", 400, -32600},
                 {"8: a malformed message in it", b,
                  R"([{"jsonrpc":"1.0","id":1,"method":"ping"}])", 400, -32600},
                 {"8: a claim in it", b,
                  "[" + legacy("ping") + "," + request("tools/list", claim()) + "]", 400, -32600},
                 {"9: no session", {}, ping, 400, -32600},
                 {"9: unknown session", {{kSessionHeader, "nobody"}}, ping, 404, -32600},
                 {"9: a session of another revision", c, ping, 400, -32600},
                 {"9: another revision's header", with(b, "2025-06-18"), ping, 400, -32600},
                 {"9: the newest revision's header", with(b, "2026-07-28"), ping, 400, -32600},
                 {"9: no header", b, ping, 200},
                 {"9: the revision's header", with(b, "2025-03-26"), ping, 200},
                 {"9: nothing to answer", b, R"([{"jsonrpc":"2.0","method":"x"}])", 202}});
}

TEST_CASE("row 10: JSON that is no message is an invalid request", "[mcp][era]") {
  const char* body = GENERATE(
      "1", "null", "\"text\"", "{}", R"({"jsonrpc":"2.0"})", R"({"jsonrpc":"2.0","id":1})",
      R"({"jsonrpc":2,"id":1,"method":"ping"})", R"({"id":1,"method":"ping"})",
      R"({"jsonrpc":"2.0","id":null,"method":"ping"})",
      R"({"jsonrpc":"2.0","id":1.5,"method":"ping"})",
      R"({"jsonrpc":"2.0","id":true,"method":"ping"})",
      R"({"jsonrpc":"2.0","id":{},"method":"ping"})", R"({"jsonrpc":"2.0","id":1,"method":7})",
      R"({"jsonrpc":"2.0","id":1,"method":"ping","params":[]})",
      R"({"jsonrpc":"2.0","id":1,"method":"ping","params":"x"})",
      R"({"jsonrpc":"2.0","id":1,"result":{},"error":{}})");

  play({{"without a header", {}, body, 400, -32600},
        {"with the newest revision's", modern_headers("ping"), body, 400, -32600}});
}

TEST_CASE("rows 11 and 12: responses and notifications", "[mcp][era]") {
  Harness harness;
  const Headers session = {{kSessionHeader, harness.open_session("2025-06-18")}};
  const Headers modern = {{kVersionHeader, "2026-07-28"}};
  const std::string response = R"({"jsonrpc":"2.0","id":"s-1","result":{}})";
  const std::string note = R"({"jsonrpc":"2.0","method":"notifications/x"})";
  const auto claiming = [](const std::string& meta) {
    return R"({"jsonrpc":"2.0","method":"notifications/x","params":{"_meta":{)" + meta + "}}}";
  };
  play(harness, {{"11: to a modern server", modern, response, 400, -32600},
                 {"11: without a session", {}, response, 400, -32600},
                 {"11: in an unknown session", {{kSessionHeader, "nobody"}}, response, 404, -32600},
                 {"11: that nobody waits for", session, response, 202},
                 {"12: with a claim", {}, claiming(claim()), 202},
                 {"12: with a claim and a header", modern, claiming(claim()), 202},
                 {"12: with an ill-formed claim", {}, claiming(claim("7")), 400, -32602},
                 {"12: with half a claim", {}, claiming(claim(R"("2026-07-28")", "")), 400, -32602},
                 {"12: with the header alone", modern, note, 202},
                 {"legacy without a session", {}, note, 400, -32600},
                 {"legacy in an unknown session", {{kSessionHeader, "nobody"}}, note, 404, -32600},
                 {"legacy in a session", session, note, 202}});
}
