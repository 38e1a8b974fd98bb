#pragma once

#include <chrono>
#include <memory>

#include "server/mcp/channel.h"
#include "server/mcp/headers.h"
#include "server/mcp/stream_store.h"

namespace tier0::mcp {

/// The answer to one POST in a session. JSON if the answer comes first; else a stream that the
/// client may leave and come back to, because here a lost connection cancels nothing.
class LegacyRoute final : public Route {
 public:
  /// `store` outlives the route. `retry` is set where the revision lets clients leave a stream.
  LegacyRoute(std::shared_ptr<Responder> responder, Accepts accepts,
              std::shared_ptr<StreamStore> store, std::optional<std::chrono::milliseconds> retry)
      : responder_(std::move(responder)),
        accepts_(accepts),
        store_(std::move(store)),
        retry_(retry) {}

  void message(Outgoing message) override;
  void answer(Reply reply) override;
  void abandon() override;
  void linger() override;
  void leave() override;

 private:
  bool open();

  std::shared_ptr<Responder> responder_;  // until it is a stream
  const Accepts accepts_;
  std::shared_ptr<StreamStore> store_;
  const std::optional<std::chrono::milliseconds> retry_;
  std::shared_ptr<EventStream> stream_;
};

}  // namespace tier0::mcp
