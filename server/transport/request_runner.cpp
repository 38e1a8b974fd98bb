#include "server/transport/request_runner.h"

#include <utility>

namespace tier0::transport {
namespace {

HttpAnswer too_many_streams() {
  return {.status = 503, .body = "too many streams are open\n", .headers = {{"Retry-After", "1"}}};
}

std::string_view query_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view part = query.substr(0, end);
    if (part.substr(0, name.size()) == name && part.substr(name.size(), 1) == "=")
      return part.substr(name.size() + 1);
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
  }
  return {};
}

void append(std::vector<mcp::HeaderLine>& to, std::vector<mcp::HeaderLine> more) {
  for (mcp::HeaderLine& line : more) to.push_back(std::move(line));
}

}  // namespace

RequestRunner::RequestRunner(mcp::Endpoint& endpoint, Routes routes, const HttpOptions& options)
    : endpoint_(endpoint),
      routes_(std::move(routes)),
      limits_(options.limits),
      loop_(std::make_shared<StreamLoop>(limits_)) {}

std::variant<HttpAnswer, Admitted> RequestRunner::admit(const RequestHead& head) const {
  return routes_.admit(head, {.streams = loop_->streams(), .counters = &counters_});
}

RequestRunner::Outcome RequestRunner::run(const RequestHead& head, const Admitted& admitted,
                                          std::string_view body, const BufferedSocket& socket) {
  const auto framing = head.http_1_0 ? Exchange::Framing::UntilClose : Exchange::Framing::Chunked;
  const auto exchange = std::make_shared<Exchange>(loop_, framing);
  ++counters_.calls;
  ++counters_.calls_open;
  dispatch(head, admitted, body, exchange);
  Exchange::Reply reply = exchange->wait(limits_.peer_check);
  while (reply == Exchange::Reply::Waiting && !cut_ && !socket.is_peer_gone())
    reply = exchange->wait(limits_.peer_check);
  --counters_.calls_open;
  if (reply == Exchange::Reply::Whole) return whole_answer(*exchange, admitted);
  if (reply == Exchange::Reply::Stream) return stream_answer(exchange, admitted);
  exchange->gone();
  return {.peer_gone = true};
}

void RequestRunner::dispatch(const RequestHead& head, const Admitted& admitted,
                             std::string_view body, std::shared_ptr<mcp::Responder> responder) {
  const mcp::HttpRequest request{
      .body = body, .headers = head.fields, .caller = admitted.caller, .percent_decoded = false};
  switch (admitted.route) {
    case Route::Sse:
      return endpoint_.open_sse(request, std::move(responder));
    case Route::Messages:
      return endpoint_.post_sse(query_value(head.query, "sessionId"), request,
                                std::move(responder));
    case Route::Mcp:
      if (head.method == "POST") return endpoint_.post(request, std::move(responder));
      if (head.method == "GET") return endpoint_.get(request, std::move(responder));
      return endpoint_.remove(request, std::move(responder));
  }
}

RequestRunner::Outcome RequestRunner::whole_answer(Exchange& exchange,
                                                   const Admitted& admitted) const {
  Exchange::Head head = exchange.take_head();
  Outcome outcome{.answer = {.status = head.status,
                             .body = std::move(head.body),
                             .type = "application/json",
                             .headers = std::move(head.headers)}};
  append(outcome.answer.headers, admitted.headers);
  return outcome;
}

RequestRunner::Outcome RequestRunner::stream_answer(const std::shared_ptr<Exchange>& exchange,
                                                    const Admitted& admitted) {
  if (loop_->streams() >= limits_.streams) {
    ++counters_.streams_refused;
    exchange->gone();
    return {.answer = too_many_streams()};
  }
  ++counters_.streams;
  Outcome outcome{.answer = {.headers = exchange->take_head().headers}, .stream = exchange};
  append(outcome.answer.headers, admitted.headers);
  // Proxies hold text back until a buffer is full unless they are told.
  append(outcome.answer.headers, {{"Cache-Control", "no-cache"}, {"X-Accel-Buffering", "no"}});
  return outcome;
}

void RequestRunner::cut_all() {
  cut_ = true;
  const MutexLock lock(mutex_);
  for (BufferedSocket* socket : sockets_) socket->interrupt();
}

RequestRunner::Registration::Registration(RequestRunner& runner, BufferedSocket& socket)
    : runner_(runner), socket_(&socket) {
  const MutexLock lock(runner_.mutex_);
  runner_.sockets_.insert(socket_);
}

void RequestRunner::Registration::end() {
  if (socket_ == nullptr) return;
  const MutexLock lock(runner_.mutex_);
  runner_.sockets_.erase(std::exchange(socket_, nullptr));
}

}  // namespace tier0::transport
