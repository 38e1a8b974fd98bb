#include "tests/transport/test_server.h"

#include <catch2/catch.hpp>

namespace tier0::transport {
namespace {

constexpr const char* kMeta =
    R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
    R"("io.modelcontextprotocol/clientCapabilities":{},"progressToken":"p"})";

}  // namespace

HttpOptions two_callers() {
  HttpOptions options;
  options.authenticate = [](const Secret& bearer) -> Result<mcp::Caller> {
    const std::string& token = bearer.reveal();
    if (token == "alice" || token == "bob") return mcp::Caller{.name = "agent:" + token};
    return Error{.code = Code::Auth, .message = "unknown token"};
  };
  return options;
}

TestServer::TestServer(HttpOptions options, mcp::Options protocol)
    : pool_(std::make_unique<WorkerPool>(4, 4096)),
      endpoint_(service_, *pool_, clock_, std::move(protocol)) {
  auto started = HttpServer::start(endpoint_, std::move(options));
  if (!started) FAIL(started.error().message);
  http_ = std::move(*started);
}

TestServer::~TestServer() {
  if (http_) stop(std::chrono::seconds(5));
}

void TestServer::stop(std::chrono::milliseconds grace) {
  endpoint_.shutdown();
  http_->stop(grace);
  http_.reset();
  pool_.reset();
}

std::string post(const std::string& body, const std::string& caller, const std::string& more,
                 const std::string& path) {
  return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + caller +
         "\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n" +
         more + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string get(const std::string& path, const std::string& caller, const std::string& more) {
  return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + caller +
         "\r\nAccept: text/event-stream\r\n" + more + "\r\n";
}

std::string modern(const std::string& method, const std::string& params, const std::string& caller,
                   int id) {
  const std::string body = R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":")" +
                           method + R"(","params":{)" + params + (params.empty() ? "" : ",") +
                           kMeta + "}}";
  return post(body, caller, "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: " + method + "\r\n");
}

std::string modern_call(const std::string& tool, const std::string& arguments,
                        const std::string& caller, int id) {
  const std::string body = R"({"jsonrpc":"2.0","id":)" + std::to_string(id) +
                           R"(,"method":"tools/call","params":{"name":")" + tool +
                           R"(","arguments":)" + arguments + "," + kMeta + "}}";
  return post(
      body, caller,
      "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: " + tool + "\r\n");
}

std::string begin_session(RawClient& client, const std::string& caller,
                          const std::string& revision) {
  client.send(
      post(R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":")" +
               revision + R"(","capabilities":{},"clientInfo":{"name":"test","version":"1"}}})",
           caller));
  const RawAnswer answer = client.read_answer();
  REQUIRE(answer.status == 200);
  const std::string id = answer.headers.at("mcp-session-id");
  client.send(post(R"({"jsonrpc":"2.0","method":"notifications/initialized"})", caller,
                   "Mcp-Session-Id: " + id + "\r\n"));
  REQUIRE(client.read_answer().status == 202);
  return id;
}

std::string legacy_call(const std::string& session, const std::string& tool,
                        const std::string& arguments, const std::string& caller, int id) {
  return post(R"({"jsonrpc":"2.0","id":)" + std::to_string(id) +
                  R"(,"method":"tools/call","params":{"name":")" + tool + R"(","arguments":)" +
                  arguments + R"(,"_meta":{"progressToken":1}}})",
              caller, "Mcp-Session-Id: " + session + "\r\n");
}

std::string text_of(const std::string& message) {
  const auto parsed = parse_json(message);
  if (!parsed) return "(not JSON) " + message;
  return parsed->value(Json::json_pointer("/result/content/0/text"), "(no text) " + message);
}

}  // namespace tier0::transport
