// A client of the real HTTP server, speaking Streamable HTTP in both eras.
#include <list>

#include "server/mcp/envelope.h"
#include "server/transport/http_server.h"
#include "tests/transcripts/http_exchange.h"
#include "tests/transcripts/wire.h"

namespace tier0::transcripts {
namespace {

class HttpWire final : public Wire {
 public:
  explicit HttpWire(mcp::Endpoint& endpoint)
      : server_(transport::HttpServer::start(endpoint, {.anonymous = mcp::Caller{.name = "tester"}})
                    .value()) {}

  void send(const std::string& text, const Headers& overrides) override {
    const Json message = Json::parse(text, nullptr, false);
    Headers headers = {{"Host", "127.0.0.1"},
                       {"Content-Type", "application/json"},
                       {"Accept", "application/json, text/event-stream"},
                       {"Content-Length", std::to_string(text.size())}};
    add_protocol_headers(message, headers);
    for (const auto& [name, value] : overrides) headers[name] = value;
    std::string request = "POST /mcp HTTP/1.1\r\n";
    for (const auto& [name, value] : headers)
      if (value) request += name + ": " + *value + "\r\n";
    exchanges_.emplace_back(
        server_->port(), request + "\r\n" + text,
        HttpExchange::Handlers{
            .event = [this](const std::string&, const std::string& data) { inbox_.put(data); },
            .body = [this](const std::string& body) { inbox_.put(body); }});
    remember(message);
  }

  int status() override { return exchanges_.back().status(); }

  std::optional<std::string> receive(std::chrono::milliseconds longest) override {
    return inbox_.take(longest);
  }

  void finish() override {
    // What is still open is a stream that the client leaves.
    for (HttpExchange& exchange : exchanges_) exchange.wait_for_end(std::chrono::milliseconds(100));
    exchanges_.clear();
  }

  ~HttpWire() override {
    exchanges_.clear();
    server_->stop(std::chrono::milliseconds(0));
  }

 private:
  void add_protocol_headers(const Json& message, Headers& headers) const {
    const Json* params = find_member(message, "params");
    const std::string method = string_member(message, "method");
    if (params != nullptr && mcp::has_claim(*params)) {
      headers["MCP-Protocol-Version"] = string_member((*params)["_meta"], mcp::kMetaVersion);
      if (message.contains("id")) headers["Mcp-Method"] = method;
      if (method == "tools/call" || method == "prompts/get")
        headers["Mcp-Name"] = string_member(*params, "name");
      if (method == "resources/read") headers["Mcp-Name"] = string_member(*params, "uri");
      return;
    }
    if (method == "initialize" || session_.empty()) return;
    headers["Mcp-Session-Id"] = session_;
    headers["MCP-Protocol-Version"] = version_;
  }

  /// Notifications and answers are done when they are accepted; a new session is known then.
  void remember(const Json& message) {
    const std::string method = string_member(message, "method");
    if (method == "initialize") {
      const std::string session = exchanges_.back().header("Mcp-Session-Id");
      if (session.empty()) return;
      session_ = session;
      const auto answer = inbox_.take(kBound);
      if (!answer) return;
      version_ = Json::parse(*answer)["result"].value("protocolVersion", "");
      inbox_.put(*answer);
    } else if (!message.contains("id") || method.empty()) {
      exchanges_.back().status();
    }
  }

  Inbox inbox_;
  std::unique_ptr<transport::HttpServer> server_;
  std::list<HttpExchange> exchanges_;
  std::string session_;
  std::string version_;
};

/// The transport of 2024-11-05: one stream, and POSTs that are only accepted.
class SseWire final : public Wire {
 public:
  explicit SseWire(mcp::Endpoint& endpoint)
      : server_(transport::HttpServer::start(endpoint, {.anonymous = mcp::Caller{.name = "tester"}})
                    .value()) {
    exchanges_.emplace_back(
        server_->port(),
        "GET /sse HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n",
        HttpExchange::Handlers{.event =
                                   [this](const std::string& name, const std::string& data) {
                                     (name == "endpoint" ? path_ : inbox_).put(data);
                                   },
                               .body = [](const std::string&) {}});
    messages_ = path_.take(kBound).value();
  }

  void send(const std::string& text, const Headers&) override {
    exchanges_.emplace_back(
        server_->port(),
        "POST " + messages_ +
            " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
            "application/json\r\nContent-Length: " +
            std::to_string(text.size()) + "\r\n\r\n" + text,
        HttpExchange::Handlers{.event = [](const std::string&, const std::string&) {},
                               .body = [this](const std::string& body) { inbox_.put(body); }});
    exchanges_.back().status();
  }

  int status() override { return exchanges_.back().status(); }
  std::optional<std::string> receive(std::chrono::milliseconds longest) override {
    return inbox_.take(longest);
  }
  void finish() override { exchanges_.clear(); }

  ~SseWire() override {
    exchanges_.clear();
    server_->stop(std::chrono::milliseconds(0));
  }

 private:
  Inbox path_;
  Inbox inbox_;
  std::unique_ptr<transport::HttpServer> server_;
  std::list<HttpExchange> exchanges_;
  std::string messages_;
};

}  // namespace

std::unique_ptr<Wire> connect_http(mcp::Endpoint& endpoint) {
  return std::make_unique<HttpWire>(endpoint);
}

std::unique_ptr<Wire> connect_sse(mcp::Endpoint& endpoint) {
  return std::make_unique<SseWire>(endpoint);
}

}  // namespace tier0::transcripts
