#include "server/transport/connection_loop.h"

#include <sys/eventfd.h>
#include <sys/socket.h>

#include <string>
#include <utility>

namespace tier0::transport {
namespace {

/// Bytes on the wire for each byte of a body in the smallest chunks.
constexpr std::size_t kChunkedCost = 6;

HttpAnswer as_answer(const HeadFault& fault) {
  return {.status = fault.status, .body = std::string(fault.reason) + "\n"};
}

bool is_served_verb(std::string_view verb) {
  return verb == "POST" || verb == "GET" || verb == "DELETE" || verb == "OPTIONS";
}

/// Without the library, which knows few verbs and takes no bad heads. Reason phrases are optional
/// (RFC 9112 section 4).
std::string serialise(const HttpAnswer& answer, std::string_view verb) {
  std::string out = "HTTP/1.1 " + std::to_string(answer.status) + " \r\nConnection: close\r\n";
  for (const mcp::HeaderLine& line : answer.headers) out += line.name + ": " + line.value + "\r\n";
  out += "Content-Type: " + answer.type +
         "\r\nContent-Length: " + std::to_string(answer.body.size()) + "\r\n\r\n";
  if (verb != "HEAD") out += answer.body;
  return out;
}

}  // namespace

ConnectionLoop::ConnectionLoop(RequestRunner& runner, Process process)
    : runner_(runner),
      process_(std::move(process)),
      stopping_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void ConnectionLoop::stop() {
  is_stopping_ = true;
  ::eventfd_write(stopping_.get(), 1);
}

void ConnectionLoop::refuse(Descriptor socket) {
  const std::string bytes = serialise(
      {.status = 503, .body = "too many connections\n", .headers = {{"Retry-After", "1"}}}, {});
  ++runner_.counters().connections_refused;
  ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  runner_.loop().linger(std::move(socket));
}

void ConnectionLoop::serve(Descriptor fd) {
  BufferedSocket socket(std::move(fd), runner_.limits());
  RequestRunner::Registration registration(runner_, socket);
  const HttpLimits& limits = runner_.limits();
  auto longest = limits.head_time;
  for (std::size_t left = limits.requests_per_connection; left > 0; --left) {
    const auto arrival = socket.wait_for_bytes(longest, stopping_.get());
    if (arrival != BufferedSocket::Arrival::Bytes) return;
    const After after = left == 1 || is_stopping_ ? After::Close : After::KeepOpen;
    const Next next = serve_one(socket, registration, after);
    if (next == Next::Linger) {
      registration.end();
      runner_.loop().linger(socket.release());
    }
    if (next != Next::Request) return;
    longest = limits.idle_time;
  }
}

ConnectionLoop::Next ConnectionLoop::serve_one(BufferedSocket& socket,
                                               RequestRunner::Registration& registration,
                                               After after) {
  const auto peeked = socket.peek_head();
  if (const auto* fault = std::get_if<HeadFault>(&peeked)) return reject(socket, as_answer(*fault));
  if (!std::holds_alternative<std::string_view>(peeked)) return Next::Close;
  const std::string bytes(std::get<std::string_view>(peeked));  // Reading a body moves the buffer.
  auto parsed = parse_head(bytes);
  if (const auto* fault = std::get_if<HeadFault>(&parsed)) return reject(socket, as_answer(*fault));
  Visit visit{.socket = socket, .head = std::get<RequestHead>(std::move(parsed))};
  const RequestHead& head = visit.head;
  if (!is_served_verb(head.method))
    return reject(socket, std::get<HttpAnswer>(runner_.admit(head)), head.method);
  const std::size_t body =
      head.chunked ? runner_.limits().body * kChunkedCost : head.content_length.value_or(0);
  socket.begin_request(bytes.size(), body);
  return finish(visit, registration, head.wants_close ? After::Close : after);
}

ConnectionLoop::Next ConnectionLoop::finish(Visit& visit, RequestRunner::Registration& registration,
                                            After after) {
  const After wanted = process_(visit, after);
  if (visit.peer_gone) return Next::Close;
  runner_.counters().count_request(visit.status);
  if (visit.stream != nullptr) {
    registration.end();
    runner_.loop().adopt(visit.socket.release(), visit.socket.take_unsent(), visit.stream);
    return Next::Taken;
  }
  if (!visit.socket.flush()) return Next::Close;
  if (visit.status >= 400) return Next::Linger;
  return wanted == After::Close ? Next::Close : Next::Request;
}

ConnectionLoop::Next ConnectionLoop::reject(BufferedSocket& socket, const HttpAnswer& answer,
                                            std::string_view verb) {
  runner_.counters().count_request(answer.status);
  socket.write(serialise(answer, verb));
  return socket.flush() ? Next::Linger : Next::Close;
}

}  // namespace tier0::transport
