#pragma once

#include <atomic>

#include "server/mcp/service.h"

namespace tier0::mcp {

/// A service whose one tool, `change`, changes something if a person agrees in a form, and says in
/// its text how it ended: "changed", "declined", "no decision" or, where nobody was or can be
/// asked, "queued". It asks in the same way in every revision.
class ChangeService final : public Service, private Tools {
 public:
  ChangeService();

  /// How often it happened.
  int changes() const { return changes_; }

  const ServerInfo& info() const override { return info_; }
  std::string instructions(const Caller&) override { return {}; }
  Tools* tools() override { return this; }

 private:
  std::shared_ptr<const ToolList> list(const Caller&) override { return list_; }
  void call(std::shared_ptr<Call> call, std::string name, Json arguments) override;

  const ServerInfo info_{.name = "change", .title = "", .version = "1"};
  std::shared_ptr<const ToolList> list_;
  std::atomic<int> changes_ = 0;
};

}  // namespace tier0::mcp
