#pragma once

#include <map>
#include <memory>
#include <string>

#include "server/base/mutex.h"
#include "server/broker/broker.h"
#include "server/broker/operation_replies.h"
#include "server/mcp/service.h"
#include "server/policy/exposure.h"
#include "server/service/caller.h"
#include "server/service/product_completions.h"
#include "server/service/product_prompts.h"
#include "server/service/product_resources.h"

namespace tier0 {

/// The product behind the protocol: tools from the broker, what the caller may see as a list.
class Product final : public mcp::Service, private mcp::Tools {
 public:
  /// How long a call waits for its operation; the client is then told how to wait on.
  static constexpr std::chrono::seconds kLongestWait{45};

  /// All of them outlive it.
  Product(Broker& broker, const OperationReplies& operations, const Clock& clock)
      : broker_(broker),
        operations_(operations),
        clock_(clock),
        prompts_(broker),
        resources_(broker, operations),
        completions_(broker) {}

  const mcp::ServerInfo& info() const override;
  std::string instructions(const mcp::Caller& caller) override;
  mcp::Tools* tools() override { return this; }
  mcp::Prompts* prompts() override { return &prompts_; }
  mcp::Resources* resources() override { return &resources_; }
  mcp::Completions* completions() override { return &completions_; }

  /// The definition of one tool as clients see it.
  static Json definition(const Tool& tool);

 private:
  std::shared_ptr<const mcp::ToolList> list(const mcp::Caller& caller) override;
  void call(std::shared_ptr<mcp::Call> call, std::string name, Json arguments) override;

  /// Kept as long as policy and exposure are the ones it was made under.
  struct Cached {
    std::uint64_t generation = 0;
    std::shared_ptr<const Exposure> exposure;
    std::shared_ptr<const mcp::ToolList> list;
  };

  Broker& broker_;
  const OperationReplies& operations_;
  const Clock& clock_;
  ProductPrompts prompts_;
  ProductResources resources_;
  ProductCompletions completions_;
  Mutex mutex_;
  std::map<std::pair<std::string, const Exposure*>, Cached> lists_
      GUARDED_BY(mutex_);  // by principal and exposure
};

}  // namespace tier0
