#pragma once

#include <atomic>
#include <memory>
#include <set>
#include <string>

#include "server/mcp/call_table.h"
#include "server/mcp/outlet.h"
#include "server/mcp/pending_requests.h"
#include "server/mcp/watchers.h"

namespace tier0::mcp {

/// What `initialize` begins: all that the revisions with a handshake remember about one client,
/// whatever it is connected through. Thread-safe.
class Session final : public Watcher {
 public:
  /// `outlet` takes what belongs to no call; `calls` is what runs on the same connection.
  Session(Caller caller, Revision revision, ClientCapabilities client,
          std::shared_ptr<Outlet> outlet, std::shared_ptr<CallTable> calls)
      : caller_(std::move(caller)),
        revision_(revision),
        client_(std::move(client)),
        outlet_(std::move(outlet)),
        calls_(std::move(calls)) {}

  const Caller& caller() const { return caller_; }
  Revision revision() const { return revision_; }
  const ClientCapabilities& client() const { return client_; }
  const std::shared_ptr<CallTable>& calls() const { return calls_; }
  PendingRequests& pending() { return pending_; }

  LogLevel log_level() const { return log_level_; }
  void set_log_level(LogLevel level) { log_level_ = level; }
  /// notifications/initialized; before it the client gets answers only.
  bool is_ready() const { return is_ready_; }
  void set_ready() { is_ready_ = true; }

  /// False if there are `limit` already.
  bool watch(const std::string& uri, std::size_t limit) EXCLUDES(mutex_);
  void unwatch(const std::string& uri) EXCLUDES(mutex_);

  void list_changed(Area area) override;
  void resource_updated(const std::string& uri) override EXCLUDES(mutex_);

  /// Cancels what runs. The client gets nothing any more.
  void end();

 private:
  void notify(std::string_view method, const std::string& params, std::string key);

  const Caller caller_;
  const Revision revision_;
  const ClientCapabilities client_;
  const std::shared_ptr<Outlet> outlet_;
  const std::shared_ptr<CallTable> calls_;
  PendingRequests pending_;
  std::atomic<LogLevel> log_level_ = LogLevel::Info;
  std::atomic<bool> is_ready_ = false;
  std::atomic<bool> has_ended_ = false;
  Mutex mutex_;
  std::set<std::string> watched_ GUARDED_BY(mutex_);
};

}  // namespace tier0::mcp
