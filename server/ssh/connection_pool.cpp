#include "server/ssh/connection_pool.h"

#include <algorithm>
#include <utility>

namespace tier0::ssh {

ConnectionPool::Lease::Lease(ConnectionPool& pool, HostName host,
                             std::unique_ptr<Connection> connection)
    : pool_(&pool), host_(std::move(host)), connection_(std::move(connection)) {}

ConnectionPool::Lease::Lease(Lease&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)),
      host_(std::move(other.host_)),
      connection_(std::move(other.connection_)) {}

ConnectionPool::Lease::~Lease() {
  if (pool_ != nullptr) pool_->give_back(host_, std::move(connection_));
}

Result<Unit> ConnectionPool::enter(const HostName& host, const Cancel& cancel) {
  const MutexLock lock(mutex_);
  const auto free = [this, &host]() NO_THREAD_SAFETY_ANALYSIS {
    return hosts_[host].leased < limits_.per_host;
  };
  if (!changed_.wait_until(mutex_, cancel.stop, cancel.deadline, free)) {
    if (cancel.stop.stop_requested()) T0_CHECK(cancel.check(SystemClock{}));
    return Error{.code = Code::Timeout,
                 .message = "every connection that " + host.value + " may have was in use",
                 .hint = "wait for what runs there, then try again"};
  }
  ++hosts_[host].leased;
  return Unit{};
}

Result<ConnectionPool::Lease> ConnectionPool::acquire(const HostName& host,
                                                      const std::string& made_for,
                                                      const Cancel& cancel) {
  T0_CHECK(enter(host, cancel));
  Lease lease(*this, host, nullptr);
  while (auto connection = take(host)) {
    if (connection->made_for != made_for || now() >= connection->made + limits_.oldest ||
        !connection->session->reusable())
      continue;
    lease.put(std::move(connection));
    break;
  }
  return lease;
}

Result<ConnectionPool::Lease> ConnectionPool::acquire_empty(const HostName& host,
                                                            const Cancel& cancel) {
  T0_CHECK(enter(host, cancel));
  return Lease(*this, host, nullptr);
}

std::unique_ptr<Connection> ConnectionPool::take(const HostName& host) {
  const MutexLock lock(mutex_);
  auto& unused = hosts_[host].unused;
  if (unused.empty()) return nullptr;
  auto connection = std::move(unused.back());
  unused.pop_back();
  return connection;
}

void ConnectionPool::give_back(const HostName& host, std::unique_ptr<Connection> connection) {
  if (connection && !connection->session->reusable()) connection.reset();
  {
    const MutexLock lock(mutex_);
    --hosts_[host].leased;
    if (connection) {
      connection->unused_since = now();
      hosts_[host].unused.push_back(std::move(connection));
      if (!closer_.joinable())
        closer_ = std::jthread([this](const std::stop_token& stop) { close_unused(stop); });
    }
  }
  changed_.notify_all();
}

TimePoint ConnectionPool::next_expiry() const {
  TimePoint next = TimePoint::max();
  for (const auto& [name, host] : hosts_)
    for (const auto& each : host.unused) next = std::min(next, each->unused_since + limits_.unused);
  return next;
}

std::vector<std::unique_ptr<Connection>> ConnectionPool::expired() {
  std::vector<std::unique_ptr<Connection>> found;
  const TimePoint latest = now() - limits_.unused;
  for (auto& [name, host] : hosts_) {
    const auto old =
        std::partition(host.unused.begin(), host.unused.end(),
                       [latest](const auto& each) { return each->unused_since > latest; });
    std::move(old, host.unused.end(), std::back_inserter(found));
    host.unused.erase(old, host.unused.end());
  }
  return found;
}

void ConnectionPool::close_unused(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::vector<std::unique_ptr<Connection>> closing;  // closed at the end of each round, unlocked
    const MutexLock lock(mutex_);
    const TimePoint until = next_expiry();
    const auto earlier = [this, until]()
                             NO_THREAD_SAFETY_ANALYSIS { return next_expiry() < until; };
    changed_.wait_until(mutex_, stop, until, earlier);
    closing = expired();
  }
}

}  // namespace tier0::ssh
