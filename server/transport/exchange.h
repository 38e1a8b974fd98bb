#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/base/mutex.h"
#include "server/mcp/outbox.h"
#include "server/mcp/responder.h"
#include "server/transport/stream_loop.h"

namespace tier0::transport {

/// One request's answer on its way: filled by the protocol on any thread, taken by the thread of
/// the connection (an answer in one piece) or by the loop (a stream). Thread-safe.
class Exchange final : public mcp::Responder,
                       public StreamSource,
                       public std::enable_shared_from_this<Exchange> {
 public:
  enum class Framing { Chunked, UntilClose };  // UntilClose: HTTP/1.0

  /// The protocol may hold an exchange longer than the server lives, and with it the loop.
  Exchange(std::shared_ptr<StreamLoop> loop, Framing framing)
      : loop_(std::move(loop)), framing_(framing) {}

  void finish(int status, std::string body, std::vector<mcp::HeaderLine> headers) override
      EXCLUDES(mutex_);
  void stream(std::vector<mcp::HeaderLine> headers) override EXCLUDES(mutex_);
  bool send(mcp::Event event) override EXCLUDES(mutex_);
  void end() override EXCLUDES(mutex_);
  void on_gone(std::function<void()> callback) override EXCLUDES(mutex_);

  enum class Reply { Waiting, Whole, Stream };
  /// Waits for the kind of answer, at most so long.
  Reply wait(std::chrono::milliseconds longest) EXCLUDES(mutex_);

  struct Head {
    int status = 200;
    std::string body = {};
    std::vector<mcp::HeaderLine> headers = {};
  };
  /// Of a reply that is no longer waited for; once.
  Head take_head() EXCLUDES(mutex_);

  Supply take(std::string& out) override EXCLUDES(mutex_);
  void take_comment(std::string& out) override;
  void gone() override EXCLUDES(mutex_);

 private:
  void append_framed(std::string_view bytes, std::string& out) const;
  void wake_loop(bool already_woken);

  const std::shared_ptr<StreamLoop> loop_;
  const Framing framing_;

  Mutex mutex_;
  ConditionVariable replied_;
  Reply reply_ GUARDED_BY(mutex_) = Reply::Waiting;
  Head head_ GUARDED_BY(mutex_);
  std::optional<mcp::Outbox> outbox_ GUARDED_BY(mutex_);  // of a stream
  std::function<void()> on_gone_ GUARDED_BY(mutex_);
  bool ended_ GUARDED_BY(mutex_) = false;
  bool gone_ GUARDED_BY(mutex_) = false;
  bool woken_ GUARDED_BY(mutex_) = false;  // the loop will take what waits
};

}  // namespace tier0::transport
