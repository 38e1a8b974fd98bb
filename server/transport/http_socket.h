#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "server/base/clock.h"
#include "server/transport/descriptor.h"
#include "server/transport/http_head.h"
#include "server/transport/http_options.h"

namespace tier0::transport {

/// The bytes of one connection. What was read too far stays for the next request; what is written
/// is gathered until flush(), so that a head and its body leave in one piece. Every wait is
/// bounded. Not thread-safe, except interrupt().
class BufferedSocket {
 public:
  BufferedSocket(Descriptor socket, const HttpLimits& limits);

  enum class Arrival { Bytes, Nothing, Gone, Stopped };
  /// Waits for the next request. Stopped once `stop_fd` is readable.
  Arrival wait_for_bytes(std::chrono::milliseconds longest, int stop_fd);

  struct Lost {};  // the peer went, or stalled within the head without sending a byte too many
  /// A complete head, which stays unread. The view is good until the next read.
  std::variant<std::string_view, HeadFault, Lost> peek_head();

  /// Starts a request whose head is `head` bytes long and whose body at most `body`: read() hands
  /// out no more than that, and the body must arrive within its time.
  void begin_request(std::size_t head, std::size_t body);
  /// Whether the body was read to its declared end.
  bool is_at_end() const { return allowance_ == 0; }
  /// Nothing more is read of this request.
  void refuse_body() { refused_ = true; }
  /// As of recv: 0 at the end of the request or of the input, -1 on errors and timeouts.
  ssize_t read(char* to, std::size_t size);

  void write(std::string_view bytes) { unsent_.append(bytes); }
  /// False if the peer went or took nothing for write_time.
  bool flush();
  bool is_peer_gone() const;

  /// Ends waits of other threads on this socket.
  void interrupt();
  int fd() const { return socket_.get(); }
  Descriptor release() { return std::move(socket_); }
  std::string take_unsent() { return std::move(unsent_); }

 private:
  bool wait(short events, TimePoint deadline) const;
  ssize_t receive(char* to, std::size_t size, TimePoint deadline);
  ssize_t receive_more(char* to, std::size_t size);
  /// Appends what has arrived to the buffer. False at the end of the input and at the deadline.
  bool fill(TimePoint deadline);

  Descriptor socket_;
  const HttpLimits& limits_;
  std::string buffer_;
  std::size_t taken_ = 0;  // of buffer_
  std::size_t allowance_ = 0;
  bool refused_ = false;
  TimePoint body_deadline_ = TimePoint::max();
  std::string unsent_;
};

}  // namespace tier0::transport
