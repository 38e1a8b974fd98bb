#pragma once

#include <span>
#include <string>
#include <vector>

#include "server/broker/broker.h"
#include "server/broker/operation_replies.h"
#include "server/mcp/service.h"
#include "server/mcp/uri_template.h"

namespace tier0 {

/// Things to read by URI. Each is the answer of a tool that reads, so whoever may not call the tool
/// finds nothing here, and a read is audited as that call; a caller's own plans alone are shown as
/// they are.
class ProductResources final : public mcp::Resources {
 public:
  ProductResources(Broker& broker, const OperationReplies& operations);

  std::shared_ptr<const mcp::Listing> list(const mcp::Caller& caller) override;
  std::shared_ptr<const mcp::Listing> templates(const mcp::Caller& caller) override;
  void read(std::shared_ptr<mcp::Call> call, std::string uri) override;
  bool tells_changes() const override { return false; }
  bool may_watch(const mcp::Caller&, const std::string&) override { return false; }

 private:
  /// One kind of thing.
  struct Kind {
    mcp::UriTemplate uri;  // without a variable: the thing itself
    std::string variable;
    Json shown;            // as the list has it
    std::string tool;      // empty: plans
    std::string argument;  // that takes the variable
  };

  std::shared_ptr<const mcp::Listing> listing(const mcp::Caller& caller, bool is_template) const;
  static bool is_for(const Kind& kind, std::span<const Tool* const> tools);
  Reply ask(const Kind& kind, mcp::Call& call, const std::string& id);

  Broker& broker_;
  const OperationReplies& operations_;
  std::vector<Kind> kinds_;
};

}  // namespace tier0
