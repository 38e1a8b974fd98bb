#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "server/mcp/responder.h"

namespace tier0::mcp {

struct OutboxLimits {
  std::size_t events = 256;
  std::size_t bytes = 8 * 1024 * 1024;
};

/// The events that wait for a slow reader. At the limit, what may be dropped is dropped, oldest
/// first; if that does not make room, push() fails and the stream is to be closed. Not thread-safe.
class Outbox {
 public:
  explicit Outbox(OutboxLimits limits = {}) : limits_(limits) {}

  /// False if an event that must be kept finds no room. A dropped one is no failure.
  bool push(Event event);
  std::optional<Event> pop();
  bool empty() const { return waiting_.empty(); }

 private:
  bool has_room(std::size_t bytes) const;
  bool replace_same_key(Event& event);
  void drop_until_room(std::size_t bytes);

  OutboxLimits limits_;
  std::vector<Event> waiting_;  // short, and empty vectors cost idle streams nothing
  std::size_t bytes_ = 0;
};

}  // namespace tier0::mcp
