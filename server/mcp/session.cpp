#include "server/mcp/session.h"

#include <utility>

#include "server/jsonrpc/frame.h"

namespace tier0::mcp {

bool Session::watch(const std::string& uri, std::size_t limit) {
  MutexLock lock(mutex_);
  if (watched_.size() >= limit && !watched_.contains(uri)) return false;
  watched_.insert(uri);
  return true;
}

void Session::unwatch(const std::string& uri) {
  MutexLock lock(mutex_);
  watched_.erase(uri);
}

void Session::list_changed(Area area) {
  const std::string_view method = list_changed_method(area);
  notify(method, {}, std::string(method));
}

void Session::resource_updated(const std::string& uri) {
  {
    MutexLock lock(mutex_);
    if (!watched_.contains(uri)) return;
  }
  notify(kResourceUpdated, dump_json({{"uri", uri}}), std::string(kResourceUpdated) + uri);
}

void Session::notify(std::string_view method, const std::string& params, std::string key) {
  if (!is_ready_ || has_ended_) return;
  outlet_->send({.frame = jsonrpc::notification_frame(method, params),
                 .keep = Event::Keep::Newest,
                 .key = std::move(key)});
}

void Session::end() {
  has_ended_ = true;
  calls_->cancel_all();
}

}  // namespace tier0::mcp
