#pragma once

#include <memory>
#include <string>

#include "server/mcp/service.h"

namespace tier0::conformance {

class FixturePrompts final : public mcp::Prompts, public mcp::Completions {
 public:
  FixturePrompts();

  std::shared_ptr<const mcp::Listing> list(const mcp::Caller& caller) override;
  void get(std::shared_ptr<mcp::Call> call, std::string name, Json arguments) override;
  void complete(std::shared_ptr<mcp::Call> call, Json ref, Json argument, Json context) override;

 private:
  std::shared_ptr<const mcp::Listing> list_;
};

}  // namespace tier0::conformance
