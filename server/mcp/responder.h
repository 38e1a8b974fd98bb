#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/mcp/call.h"

namespace tier0::mcp {

/// A header of a request; views into the transport's buffer, good for the length of a call.
struct HeaderView {
  std::string_view name;  // compared without case
  std::string_view value;
};

struct HeaderLine {
  std::string name;
  std::string value;
};

/// What the protocol must know of an HTTP request that passed the transport's own checks (Host,
/// Origin, path, authentication, media type, size).
struct HttpRequest {
  std::string_view body;
  std::span<const HeaderView> headers;  // in the order received, repeated ones repeated
  Caller caller;
  /// True if the HTTP library has already decoded %xx in header values.
  bool percent_decoded = false;
};

/// One message on its way to a client that may read slower than we write.
struct Event {
  enum class Keep {
    Always,  // answers and questions: if there is no room for one, the stream is closed
    IfRoom,  // progress and logs: dropped first
    Newest,  // replaces a waiting event of the same key
  };
  std::string bytes;  // complete and framed: an SSE event, or a line with its newline
  Keep keep = Keep::Always;
  std::string key = {};
};

/// Where the answer to one HTTP request goes: either finish() once, or stream(), any number of
/// send(), end(). Implemented by the transport, which adds the headers that every stream has and a
/// comment line every 15 s on idle streams. The library never calls two methods of one responder at
/// the same time. No method blocks on the peer and none calls back into the library.
class Responder {
 public:
  virtual ~Responder() = default;
  /// An answer in one piece. An empty body has no Content-Type; any other is application/json.
  virtual void finish(int status, std::string body, std::vector<HeaderLine> headers = {}) = 0;
  /// 200 text/event-stream, flushed at once.
  virtual void stream(std::vector<HeaderLine> headers = {}) = 0;
  /// Queues the event (see Outbox) and wakes the writer. False once the peer is gone or too slow.
  virtual bool send(Event event) = 0;
  /// Ends the stream after what was sent.
  virtual void end() = 0;
  /// `callback` runs once, on a thread of the transport and under none of its locks, if the peer
  /// goes before finish() or end(); soon also if it has gone already.
  virtual void on_gone(std::function<void()> callback) = 0;
};

}  // namespace tier0::mcp
