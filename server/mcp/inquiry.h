#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "server/base/mutex.h"
#include "server/base/timer.h"
#include "server/mcp/channel.h"
#include "server/mcp/session.h"

namespace tier0::mcp {

/// Questions of one call to a client that answers them one by one, before 2026-07-28. Nobody waits:
/// the last answer, or the timeout, goes on with the call. Thread-safe.
class Inquiry : public std::enable_shared_from_this<Inquiry> {
 public:
  struct Heard {
    std::map<std::string, Json> answers = {};
    std::set<std::string> unanswered = {};  // these have an answer that says so
    bool is_complete = true;                // false: one is missing that cannot be made up
  };
  /// Called once unless aborted.
  using Done = std::function<void(Heard)>;

  Inquiry(std::shared_ptr<Session> session, std::shared_ptr<Channel> channel, Done done)
      : session_(std::move(session)), channel_(std::move(channel)), done_(std::move(done)) {}

  void ask(const std::map<std::string, InputRequest>& requests);
  /// No more answers are waited for.
  void time_out();
  /// The call is over: the client need not answer.
  void abort();

 private:
  struct Open {
    std::string key;
    InputRequest::Kind kind;
  };

  void receive(const std::string& id, const jsonrpc::Response& response) EXCLUDES(mutex_);
  /// Empty: there is no answer.
  void record(const Open& open, std::optional<Json> answer) REQUIRES(mutex_);
  std::map<std::string, Open> take_open() EXCLUDES(mutex_);
  void withdraw(const std::map<std::string, Open>& open);
  void finish() EXCLUDES(mutex_);

  const std::shared_ptr<Session> session_;
  const std::shared_ptr<Channel> channel_;
  Mutex mutex_;
  Done done_ GUARDED_BY(mutex_);
  std::map<std::string, Open> open_ GUARDED_BY(mutex_);
  Heard heard_ GUARDED_BY(mutex_);
};

}  // namespace tier0::mcp
