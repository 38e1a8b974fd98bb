#include "server/mcp/http_session.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "server/crypto/crypto.h"

namespace tier0::mcp {
namespace {

constexpr const char* kGeneral = "s0";

ReplayLimits replay_limits(const Options& options) {
  return {.events = options.replay_events, .bytes = options.replay_bytes};
}

}  // namespace

HttpSession::HttpSession(const Shared& shared, std::string id, Caller caller,
                         const Handshake& handshake, std::shared_ptr<void> slot)
    : id_(std::move(id)),
      streams_(std::make_shared<StreamStore>(shared.options)),
      general_(std::make_shared<EventStream>(kGeneral, replay_limits(shared.options))),
      session_(std::make_shared<Session>(std::move(caller), handshake.revision, handshake.client,
                                         general_, std::make_shared<CallTable>())),
      slot_(std::move(slot)),
      last_used_(shared.clock.now()) {}

std::shared_ptr<EventStream> HttpSession::find_stream(const std::string& name) const {
  return name == kGeneral ? general_ : streams_->find(name);
}

bool HttpSession::is_idle_since(TimePoint moment) const {
  return last_used_.load() < moment && session_->calls()->size() == 0 && !general_->is_attached();
}

void HttpSession::end() {
  session_->end();
  streams_->close();
  general_->finish();
}

std::shared_ptr<HttpSession> HttpSessions::create(const Caller& caller,
                                                  const Handshake& handshake) {
  auto slot = shared_.sessions.take(caller.name);
  if (!slot) return nullptr;
  auto made = std::make_shared<HttpSession>(shared_, crypto::random_id(), caller, handshake,
                                            std::move(slot));
  bool starts_sweeping = false;
  {
    MutexLock lock(mutex_);
    sessions_.emplace(made->id(), made);
    starts_sweeping = !std::exchange(is_sweeping_, true);
  }
  shared_.watchers.add(made->session());
  if (starts_sweeping) sweep_later();
  return made;
}

std::shared_ptr<HttpSession> HttpSessions::find(std::string_view id, const Caller& caller) {
  std::shared_ptr<HttpSession> found;
  {
    MutexLock lock(mutex_);
    const auto entry = sessions_.find(id);
    if (entry == sessions_.end()) return nullptr;
    found = entry->second;
  }
  if (found->session()->caller().name != caller.name) return nullptr;
  found->touch(shared_.clock.now());
  return found;
}

void HttpSessions::remove(const std::shared_ptr<HttpSession>& session) {
  {
    MutexLock lock(mutex_);
    sessions_.erase(session->id());
  }
  session->end();
}

void HttpSessions::end_all() {
  std::map<std::string, std::shared_ptr<HttpSession>, std::less<>> ended;
  {
    MutexLock lock(mutex_);
    ended.swap(sessions_);
  }
  for (const auto& [id, session] : ended) {
    session->session()->calls()->shut_down_all();
    session->end();
  }
}

void HttpSessions::sweep() {
  const TimePoint moment = shared_.clock.now() - shared_.options.session_idle;
  std::vector<std::shared_ptr<HttpSession>> idle;
  {
    MutexLock lock(mutex_);
    for (const auto& [id, session] : sessions_)
      if (session->is_idle_since(moment)) idle.push_back(session);
    for (const auto& session : idle) sessions_.erase(session->id());
  }
  for (const auto& session : idle) session->end();
  sweep_later();
}

void HttpSessions::sweep_later() {
  const auto interval = std::max<std::chrono::milliseconds>(shared_.options.session_idle / 4,
                                                            std::chrono::milliseconds(10));
  shared_.timer.after(interval, [this] { sweep(); });
}

}  // namespace tier0::mcp
