#pragma once

#include <atomic>
#include <memory>

#include "server/base/timer.h"
#include "server/mcp/caller_slots.h"
#include "server/mcp/channel.h"
#include "server/mcp/endpoint.h"
#include "server/mcp/features.h"
#include "server/mcp/request_state.h"
#include "server/mcp/result_writer.h"
#include "server/mcp/session.h"
#include "server/mcp/spent_nonces.h"

namespace tier0::mcp {

/// What every request of an endpoint shares. Lives as long as the endpoint.
struct Shared {
  Shared(Service& with_service, Executor& with_executor, const Clock& with_clock,
         Options with_options);

  Service& service;
  Executor& executor;
  const Clock& clock;
  const Options options;
  const Features features;
  // Names of the revisions that are served, newest first.
  const Json supported;
  const Json legacy_supported;
  const ResultWriter writer;
  const Sealer sealer;
  SpentNonceSet own_spent;
  const RequestStates states;
  Watchers watchers;
  // What runs for modern clients over HTTP, by numbers of ours: their ids may collide.
  const std::shared_ptr<CallTable> live = std::make_shared<CallTable>();
  std::atomic<std::uint64_t> live_count = 0;
  CallerSlots listens;
  CallerSlots sessions;
  std::atomic<bool> is_closed = false;
  Timer timer;  // last: it ends first, and its jobs use the rest
};

/// One request, judged and ready to be dispatched.
struct Inbound {
  Caller caller;
  Revision revision;
  Json id;
  const MethodFacts* method = nullptr;
  Json params = Json::object();
  ClientCapabilities client = {};
  std::shared_ptr<Channel> channel;
  std::shared_ptr<Session> session = {};  // legacy only
  bool over_http = false;
  /// Where its end is looked for, and under which key.
  std::shared_ptr<CallTable> table;
  Json key;
};

}  // namespace tier0::mcp
