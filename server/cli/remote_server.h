#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "server/base/clock.h"
#include "server/base/json.h"
#include "server/cli/asked.h"
#include "server/net/event_reader.h"
#include "server/net/http_client.h"
#include "server/net/url.h"

namespace tier0::cli {

/// The messages that come back for one request to an MCP server: one in a body, or many in a
/// stream of events.
class Replies final : public BodySink {
 public:
  using OnMessage = std::function<void(std::string line)>;

  explicit Replies(OnMessage on_message);

  bool begin(const HttpResponse& head) override;
  bool add(std::string_view bytes) override;

  /// A body that is no stream, as far as it came.
  const std::string& body() const { return body_; }
  bool is_stream() const { return is_stream_; }
  const EventReader& events() const { return events_; }

 private:
  EventReader events_;
  bool is_stream_ = false;
  std::string body_;
};

/// An MCP server over HTTP and our token for it. Thread-safe.
class RemoteServer {
 public:
  RemoteServer(const BaseUrl& url, Secret token);

  /// POSTs one message. Only what may be asked again is ever sent twice.
  HttpReply post(const std::string& line, std::vector<HttpHeader> headers, bool is_repeatable,
                 Replies& replies, const Cancel& cancel);
  /// Opens a stream of what no request asked for, or goes on with one that broke.
  HttpReply listen(std::vector<HttpHeader> headers, Replies& replies, const Cancel& cancel);
  /// Ends a session.
  void forget(std::vector<HttpHeader> headers, const Cancel& cancel);

  const Clock& clock() const { return clock_; }

 private:
  HttpRequest request(std::string method, std::vector<HttpHeader> headers) const;

  const SystemClock clock_;
  HttpClient client_;
  const std::string url_;
  const Secret token_;
};

/// The headers that repeat what a request of the newest revision says (mcp 2026-07-28, transports).
std::vector<HttpHeader> modern_headers(const Asked& asked);

/// The error behind a status that came without a JSON-RPC message.
Error error_of_status(int status);

}  // namespace tier0::cli
