#pragma once

#include <memory>
#include <set>
#include <string>

#include "server/mcp/shared.h"

namespace tier0::mcp {

/// What a listen stream is to carry.
struct ListenFilter {
  bool tools = false;
  bool prompts = false;
  bool resources = false;
  std::set<std::string> uris = {};

  /// Absent and false members ask for nothing, unknown ones are ignored.
  static std::variant<ListenFilter, ProtocolError> read(const Json& params);
  /// What of it this server honours for this caller.
  ListenFilter honoured(Shared& shared, const Caller& caller) const;
  /// As it is acknowledged.
  Json describe() const;
};

/// One `subscriptions/listen` of 2026-07-28: a stream of what changed, until the client ends it.
/// Thread-safe.
class Listen final : public Watcher, public Ongoing, public std::enable_shared_from_this<Listen> {
 public:
  /// `slot` is what allows it to be open.
  Listen(Shared& shared, Inbound request, ListenFilter filter, std::shared_ptr<void> slot)
      : shared_(shared),
        request_(std::move(request)),
        filter_(std::move(filter)),
        slot_(std::move(slot)) {}

  void acknowledge();
  void list_changed(Area area) override;
  void resource_updated(const std::string& uri) override;
  void cancel() override;
  void shut_down() override;

 private:
  void notify(std::string_view method, Json params, std::string key);

  Shared& shared_;
  const Inbound request_;
  const ListenFilter filter_;
  const std::shared_ptr<void> slot_;
};

}  // namespace tier0::mcp
