#pragma once

#include <string>
#include <vector>

#include "tests/mcp/harness.h"

namespace tier0::mcp {

using Headers = Harness::Headers;

inline constexpr const char* kVersionHeader = "MCP-Protocol-Version";
inline constexpr const char* kSessionHeader = "Mcp-Session-Id";

/// One POST and what it must be answered.
struct Row {
  const char* what;
  Headers headers;
  std::string body;
  int status;
  int code = 0;  // of the error; 0: none
};

void play(Harness& harness, const std::vector<Row>& rows);
/// Against a server of its own.
void play(const std::vector<Row>& rows);

/// A request with this `_meta` and, each with a comma behind it, these members of its params.
std::string request(const std::string& method, const std::string& meta,
                    const std::string& more = "");
/// The members of `_meta` that claim a revision.
std::string claim(const std::string& version = R"("2026-07-28")",
                  const std::string& more = R"(,"io.modelcontextprotocol/clientCapabilities":{})");
std::string legacy(const std::string& method, const std::string& params = "{}");
Headers modern_headers(const std::string& method, const Headers& more = {});

}  // namespace tier0::mcp
