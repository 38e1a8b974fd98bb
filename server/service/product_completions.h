#pragma once

#include "server/broker/broker.h"
#include "server/mcp/service.h"

namespace tier0 {

/// Ids while a person types them: what the caller may list anyway.
class ProductCompletions final : public mcp::Completions {
 public:
  explicit ProductCompletions(Broker& broker) : broker_(broker) {}

  void complete(std::shared_ptr<mcp::Call> call, Json ref, Json argument, Json context) override;

 private:
  Broker& broker_;
};

}  // namespace tier0
