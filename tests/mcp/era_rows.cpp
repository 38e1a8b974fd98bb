#include "tests/mcp/era_rows.h"

#include <catch2/catch.hpp>

namespace tier0::mcp {

void play(Harness& harness, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    INFO(row.what << ": " << row.body.substr(0, 300));
    const auto reply = harness.post(row.body, row.headers);
    CHECK(reply->status() == row.status);
    if (row.code != 0) CHECK(reply->body()["error"]["code"] == row.code);
  }
}

void play(const std::vector<Row>& rows) {
  Harness harness;
  play(harness, rows);
}

std::string request(const std::string& method, const std::string& meta, const std::string& more) {
  return R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":{)" + more +
         R"("_meta":{)" + meta + "}}}";
}

std::string claim(const std::string& version, const std::string& more) {
  return R"("io.modelcontextprotocol/protocolVersion":)" + version + more;
}

std::string legacy(const std::string& method, const std::string& params) {
  return R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}";
}

Headers modern_headers(const std::string& method, const Headers& more) {
  Headers headers = {{kVersionHeader, "2026-07-28"}, {"Mcp-Method", method}};
  headers.insert(more.begin(), more.end());
  return headers;
}

}  // namespace tier0::mcp
