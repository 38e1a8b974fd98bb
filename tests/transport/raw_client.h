#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "server/base/clock.h"
#include "server/transport/descriptor.h"

namespace tier0::transport {

struct RawAnswer {
  int status = 0;  // 0: the connection ended before a head was complete
  std::map<std::string, std::string> headers = {};  // names in lower case
  std::string body = {};
};

/// A client that writes any bytes and reads what comes, each wait bounded by `patience`.
class RawClient {
 public:
  explicit RawClient(int port, const std::string& address = "127.0.0.1",
                     std::chrono::milliseconds patience = std::chrono::seconds{10});
  /// On an end of a socket pair.
  explicit RawClient(Descriptor socket);

  bool is_connected() const { return socket_.is_open(); }
  bool send(std::string_view bytes);
  /// The next answer, its body whole by Content-Length or chunks.
  RawAnswer read_answer();
  /// Only the head; the body of a stream follows by read_event().
  RawAnswer read_head();
  /// Reads until `text` has arrived, and returns all up to its end; nothing if it does not come.
  std::optional<std::string> read_until(std::string_view text);
  /// The data of the next event of a chunked stream, "" for a comment; nothing at the end.
  std::optional<std::string> read_event();
  /// Whether the peer ends the connection, whatever it sends before.
  bool is_closed_by_peer();
  void close() { socket_.reset(); }
  int fd() const { return socket_.get(); }

 private:
  bool fill();
  std::optional<std::string> take(std::size_t count);
  std::optional<std::string> read_chunk();

  Descriptor socket_;
  std::chrono::milliseconds patience_;
  std::string buffer_;
  std::string events_;
};

}  // namespace tier0::transport
