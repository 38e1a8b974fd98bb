#pragma once

#include <atomic>
#include <memory>
#include <set>
#include <string_view>
#include <variant>

#include "server/base/mutex.h"
#include "server/mcp/endpoint.h"
#include "server/transport/exchange.h"
#include "server/transport/http_routes.h"
#include "server/transport/http_socket.h"

namespace tier0::transport {

/// Takes a request from its head to its answer, on the thread of its connection and without
/// knowing the HTTP library. Thread-safe; outlives every connection.
class RequestRunner {
 public:
  RequestRunner(mcp::Endpoint& endpoint, Routes routes, const HttpOptions& options);

  std::variant<HttpAnswer, Admitted> admit(const RequestHead& head) const;

  struct Outcome {
    HttpAnswer answer = {};
    std::shared_ptr<Exchange> stream = {};  // where `answer` is only the head of a stream
    bool peer_gone = false;
  };
  /// Waits for the answer as long as the peer is there.
  Outcome run(const RequestHead& head, const Admitted& admitted, std::string_view body,
              const BufferedSocket& socket);

  /// Ends waits for answers, and for bytes of connections that are registered.
  void cut_all() EXCLUDES(mutex_);

  /// Keeps a connection's socket known to cut_all().
  class Registration {
   public:
    Registration(RequestRunner& runner, BufferedSocket& socket);
    ~Registration() { end(); }
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;
    void end();

   private:
    RequestRunner& runner_;
    BufferedSocket* socket_;
  };

  StreamLoop& loop() { return *loop_; }
  HttpCounters& counters() { return counters_; }
  const HttpLimits& limits() const { return limits_; }

 private:
  void dispatch(const RequestHead& head, const Admitted& admitted, std::string_view body,
                std::shared_ptr<mcp::Responder> responder);
  Outcome whole_answer(Exchange& exchange, const Admitted& admitted) const;
  Outcome stream_answer(const std::shared_ptr<Exchange>& exchange, const Admitted& admitted);

  mcp::Endpoint& endpoint_;
  const Routes routes_;
  const HttpLimits limits_;
  HttpCounters counters_;
  const std::shared_ptr<StreamLoop> loop_;
  std::atomic<bool> cut_{false};

  Mutex mutex_;
  std::set<BufferedSocket*> sockets_ GUARDED_BY(mutex_);
};

}  // namespace tier0::transport
