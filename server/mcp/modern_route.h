#pragma once

#include <memory>

#include "server/mcp/channel.h"
#include "server/mcp/headers.h"

namespace tier0::mcp {

/// The answer to one modern POST. It is JSON if the answer comes first, and a stream from the first
/// notification on: only then is the status line out.
class ModernRoute final : public Route {
 public:
  ModernRoute(std::shared_ptr<Responder> responder, Accepts accepts)
      : responder_(std::move(responder)), accepts_(accepts) {}

  void message(Outgoing message) override;
  void answer(Reply reply) override;
  void abandon() override;

 private:
  void open();
  void send(Outgoing message);

  std::shared_ptr<Responder> responder_;
  const Accepts accepts_;
  bool is_streaming_ = false;
};

}  // namespace tier0::mcp
