#include "server/mcp/outbox.h"

#include <algorithm>
#include <utility>

namespace tier0::mcp {

bool Outbox::push(Event event) {
  if (event.keep == Event::Keep::Newest && replace_same_key(event)) return true;
  drop_until_room(event.bytes.size());
  if (!has_room(event.bytes.size())) return event.keep == Event::Keep::IfRoom;
  bytes_ += event.bytes.size();
  waiting_.push_back(std::move(event));
  return true;
}

std::optional<Event> Outbox::pop() {
  if (waiting_.empty()) return std::nullopt;
  Event event = std::move(waiting_.front());
  waiting_.erase(waiting_.begin());
  bytes_ -= event.bytes.size();
  return event;
}

bool Outbox::has_room(std::size_t bytes) const {
  // One event may be longer than all that may wait: an answer has to leave somehow.
  if (waiting_.empty()) return true;
  return waiting_.size() < limits_.events && bytes_ + bytes <= limits_.bytes;
}

bool Outbox::replace_same_key(Event& event) {
  const auto same = std::ranges::find_if(waiting_, [&event](const Event& waiting) {
    return waiting.keep == Event::Keep::Newest && waiting.key == event.key;
  });
  if (same == waiting_.end()) return false;
  bytes_ += event.bytes.size() - same->bytes.size();
  *same = std::move(event);
  return true;
}

void Outbox::drop_until_room(std::size_t bytes) {
  while (!has_room(bytes)) {
    const auto droppable = std::ranges::find(waiting_, Event::Keep::IfRoom, &Event::keep);
    if (droppable == waiting_.end()) return;
    bytes_ -= droppable->bytes.size();
    waiting_.erase(droppable);
  }
}

}  // namespace tier0::mcp
