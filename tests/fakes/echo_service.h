#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "server/base/mutex.h"
#include "server/mcp/service.h"

namespace tier0 {

/// A protocol service with tools that tests steer: `echo {text}`, `whoami`, `progress {count,
/// size}` (that many notifications, then an answer), and `hold`, which answers when release() is
/// called.
class EchoService final : public mcp::Service, public mcp::Tools {
 public:
  EchoService();

  const mcp::ServerInfo& info() const override { return info_; }
  std::string instructions(const mcp::Caller&) override { return "Echoes."; }
  mcp::Tools* tools() override { return this; }

  std::shared_ptr<const mcp::ToolList> list(const mcp::Caller&) override { return list_; }
  void call(std::shared_ptr<mcp::Call> call, std::string name, Json arguments) override;

  /// Answers every held call with "released".
  void release() EXCLUDES(mutex_);
  /// Waits until so many calls were ever held, or cancelled while held. False after ten seconds.
  bool wait_for_held(int count) EXCLUDES(mutex_);
  bool wait_for_cancelled(int count) EXCLUDES(mutex_);
  int cancelled() EXCLUDES(mutex_);

 private:
  struct Held {
    Held(std::shared_ptr<mcp::Call> kept, std::function<void()> then)
        : call(std::move(kept)), on_stop(call->cancel().stop, std::move(then)) {}
    std::shared_ptr<mcp::Call> call;
    std::stop_callback<std::function<void()>> on_stop;
  };

  void hold(std::shared_ptr<mcp::Call> call) EXCLUDES(mutex_);
  bool wait_until(int EchoService::*counter, int count) EXCLUDES(mutex_);

  const mcp::ServerInfo info_{.name = "echo", .title = "Echo", .version = "1.0"};
  std::shared_ptr<const mcp::ToolList> list_;

  Mutex mutex_;
  ConditionVariable changed_;
  std::vector<std::unique_ptr<Held>> held_ GUARDED_BY(mutex_);
  int held_count_ GUARDED_BY(mutex_) = 0;
  int cancelled_ GUARDED_BY(mutex_) = 0;
};

}  // namespace tier0
