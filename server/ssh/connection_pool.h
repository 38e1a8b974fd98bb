#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "server/base/cancel.h"
#include "server/base/ids.h"
#include "server/base/mutex.h"
#include "server/base/result.h"
#include "server/ssh/session.h"

namespace tier0::ssh {

/// A session that is logged in, and what it was made for: it serves no call that wants another
/// address, user or key.
struct Connection {
  std::unique_ptr<Session> session;
  std::string made_for;
  TimePoint made;
  TimePoint unused_since;
};

struct PoolLimits {
  std::size_t per_host = 2;
  std::chrono::milliseconds unused{};  // then it is closed
  std::chrono::milliseconds oldest{};  // no reuse beyond this age
};

/// At most so many connections a host in use, each for one call at a time, so that stopping one
/// call disturbs no other; at most as many kept. Thread-safe; connections are closed without
/// holding the lock.
class ConnectionPool {
 public:
  explicit ConnectionPool(const PoolLimits& limits) : limits_(limits) {}

  /// The right to one connection to the host, until destroyed; and the connection, once there is
  /// one.
  class Lease {
   public:
    Lease(ConnectionPool& pool, HostName host, std::unique_ptr<Connection> connection);
    ~Lease();
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&&) = delete;

    /// Null until one is put in.
    Connection* connection() const { return connection_.get(); }
    /// Replaces the connection; null closes it.
    void put(std::unique_ptr<Connection> connection) { connection_ = std::move(connection); }

   private:
    ConnectionPool* pool_;
    HostName host_;
    std::unique_ptr<Connection> connection_;
  };

  /// Waits until fewer than `per_host` leases of the host are out. Hands on a connection that was
  /// made for the same and still stands, where there is one. Kinds timeout, cancelled.
  Result<Lease> acquire(const HostName& host, const std::string& made_for, const Cancel& cancel);
  /// The same, always without a connection; those that are kept stay for others.
  Result<Lease> acquire_empty(const HostName& host, const Cancel& cancel);

 private:
  struct Host {
    std::size_t leased = 0;
    std::vector<std::unique_ptr<Connection>> unused = {};
  };

  Result<Unit> enter(const HostName& host, const Cancel& cancel);
  std::unique_ptr<Connection> take(const HostName& host);
  void give_back(const HostName& host, std::unique_ptr<Connection> connection);
  void close_unused(const std::stop_token& stop);
  TimePoint next_expiry() const REQUIRES(mutex_);
  std::vector<std::unique_ptr<Connection>> expired() REQUIRES(mutex_);

  const PoolLimits limits_;
  Mutex mutex_;
  ConditionVariable changed_;
  std::map<HostName, Host> hosts_ GUARDED_BY(mutex_);
  std::jthread closer_ GUARDED_BY(mutex_);  // started with the first connection; last to be made,
                                            // first to end
};

}  // namespace tier0::ssh
