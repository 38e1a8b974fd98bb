#pragma once

#include "server/broker/broker.h"
#include "server/mcp/service.h"

namespace tier0 {

/// What a person picks in a client as a slash command: words that lead a model through a runbook.
/// A prompt is there for whoever sees its tool; it changes nothing and allows nothing.
class ProductPrompts final : public mcp::Prompts {
 public:
  explicit ProductPrompts(const Broker& broker) : broker_(broker) {}

  std::shared_ptr<const mcp::Listing> list(const mcp::Caller& caller) override;
  void get(std::shared_ptr<mcp::Call> call, std::string name, Json arguments) override;

 private:
  const Broker& broker_;
};

}  // namespace tier0
