#pragma once

#include <map>
#include <memory>
#include <string>

#include "server/base/mutex.h"
#include "server/broker/broker.h"
#include "server/mcp/service.h"
#include "server/policy/exposure.h"

namespace tier0 {

/// What the transport proved, for the broker: hangs on mcp::Caller::detail.
struct ProvenCaller {
  Principal principal;
  std::string transport;                     // stdio, http, sse, socket or cli
  std::shared_ptr<const Exposure> exposure;  // what this way in offers at all
};

/// The caller of an agent, as the protocol carries it around.
mcp::Caller make_caller(Principal principal, std::string transport,
                        std::shared_ptr<const Exposure> exposure);

/// The product behind the protocol: tools from the broker, what the caller may see as a list.
class Product final : public mcp::Service, private mcp::Tools {
 public:
  explicit Product(Broker& broker) : broker_(broker) {}

  const mcp::ServerInfo& info() const override;
  std::string instructions(const mcp::Caller& caller) override;
  mcp::Tools* tools() override { return this; }

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
  Mutex mutex_;
  std::map<std::pair<std::string, const Exposure*>, Cached> lists_
      GUARDED_BY(mutex_);  // by principal and exposure
};

}  // namespace tier0
