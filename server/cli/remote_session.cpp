#include "server/cli/remote_session.h"

#include <utility>

namespace tier0::cli {

RemoteSession::Now RemoteSession::now() const {
  const MutexLock lock(mutex_);
  return now_;
}

std::vector<HttpHeader> RemoteSession::headers_of(const Now& agreed) {
  std::vector<HttpHeader> headers;
  if (!agreed.id.empty()) headers.push_back({"Mcp-Session-Id", agreed.id});
  if (!agreed.revision.empty()) headers.push_back({"MCP-Protocol-Version", agreed.revision});
  return headers;
}

void RemoteSession::begin(Now agreed, std::string initialize) {
  {
    const MutexLock lock(mutex_);
    now_ = std::move(agreed);
    initialize_ = std::move(initialize);
    initialized_.clear();
  }
  changed_.notify_all();
}

void RemoteSession::confirm(std::string initialized) {
  const MutexLock lock(mutex_);
  initialized_ = std::move(initialized);
}

std::vector<std::string> RemoteSession::handshake() const {
  const MutexLock lock(mutex_);
  if (initialize_.empty()) return {};
  if (initialized_.empty()) return {initialize_};
  return {initialize_, initialized_};
}

bool RemoteSession::is_mine_to_renew(const std::string& lost, const Clock& clock,
                                     const Cancel& cancel) {
  constexpr std::chrono::seconds kLongest{30};
  const MutexLock lock(mutex_);
  changed_.wait_until(mutex_, cancel.stop, cancel.sooner(clock.now() + kLongest).deadline,
                      [this]() REQUIRES(mutex_) { return !is_renewing_; });
  if (is_renewing_ || now_.id != lost || initialize_.empty()) return false;
  is_renewing_ = true;
  return true;
}

void RemoteSession::renewed(std::optional<Now> agreed) {
  {
    const MutexLock lock(mutex_);
    is_renewing_ = false;
    if (agreed) now_ = *std::move(agreed);
  }
  changed_.notify_all();
}

void RemoteSession::wait_for_other(const std::string& known, const std::stop_token& stop) {
  const MutexLock lock(mutex_);
  changed_.wait(mutex_, stop, [&]() REQUIRES(mutex_) { return now_.id != known; });
}

}  // namespace tier0::cli
