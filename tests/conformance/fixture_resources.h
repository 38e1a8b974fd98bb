#pragma once

#include <memory>
#include <string>

#include "server/mcp/service.h"

namespace tier0::conformance {

class FixtureResources final : public mcp::Resources {
 public:
  FixtureResources();

  std::shared_ptr<const mcp::Listing> list(const mcp::Caller& caller) override;
  std::shared_ptr<const mcp::Listing> templates(const mcp::Caller& caller) override;
  void read(std::shared_ptr<mcp::Call> call, std::string uri) override;
  bool may_watch(const mcp::Caller& caller, const std::string& uri) override;

 private:
  std::shared_ptr<const mcp::Listing> list_;
  std::shared_ptr<const mcp::Listing> templates_;
};

}  // namespace tier0::conformance
