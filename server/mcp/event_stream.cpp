#include "server/mcp/event_stream.h"

#include <charconv>
#include <utility>

#include "server/mcp/sse.h"

namespace tier0::mcp {

void EventStream::post(std::function<void(EventStream&)> job) {
  strand_.post([self = shared_from_this(), job = std::move(job)] { job(*self); });
}

void EventStream::send(Outgoing message) {
  post([message = std::move(message)](EventStream& self) {
    const std::uint64_t number = self.next_++;
    self.emit({.bytes = sse_message(message.frame, self.id_of(number)),
               .keep = message.keep,
               .key = message.key},
              number);
  });
}

void EventStream::prime(std::chrono::milliseconds retry) {
  post([retry](EventStream& self) {
    const std::uint64_t number = self.next_++;
    self.emit({.bytes = sse_priming(self.id_of(number), retry)}, number);
  });
}

void EventStream::announce(std::string event) {
  post([event = std::move(event)](EventStream& self) { self.deliver({.bytes = event}); });
}

void EventStream::attach(std::shared_ptr<Responder> responder, std::uint64_t after) {
  post([responder = std::move(responder), after](EventStream& self) {
    self.connect(responder);
    for (const Kept& kept : self.kept_)
      if (kept.number > after) self.deliver(kept.event);
    if (self.finished_at() != TimePoint::max()) self.end_connection();
  });
}

void EventStream::attach(std::shared_ptr<Responder> responder) {
  post([responder = std::move(responder)](EventStream& self) { self.connect(responder); });
}

void EventStream::disconnect() {
  post([](EventStream& self) { self.end_connection(); });
}

void EventStream::finish() {
  post([](EventStream& self) {
    self.finished_at_ = std::chrono::steady_clock::now();
    self.end_connection();
  });
}

void EventStream::connect(std::shared_ptr<Responder> responder) {
  end_connection();
  responder_ = std::move(responder);
  is_attached_ = true;
  responder_->stream();
  responder_->on_gone([weak = weak_from_this(), gone = ++connection_] {
    const auto self = weak.lock();
    if (!self) return;
    self->post([gone](EventStream& stream) {
      if (stream.connection_ == gone) stream.lose_connection();
    });
  });
}

void EventStream::emit(Event event, std::uint64_t number) {
  deliver(event);
  if (!name_.empty()) keep({.number = number, .event = std::move(event)});
}

void EventStream::keep(Kept kept) {
  kept_bytes_ += kept.event.bytes.size();
  kept_.push_back(std::move(kept));
  while (kept_.size() > limits_.events || (kept_bytes_ > limits_.bytes && kept_.size() > 1)) {
    kept_bytes_ -= kept_.front().event.bytes.size();
    kept_.erase(kept_.begin());
  }
}

void EventStream::deliver(const Event& event) {
  if (!responder_ || responder_->send(event)) return;
  // Gone, or too slow to be waited for: what it missed is kept for its return.
  lose_connection();
}

void EventStream::lose_connection() {
  if (!responder_) return;
  end_connection();
  if (lost_) lost_();
}

void EventStream::end_connection() {
  if (!responder_) return;
  responder_->end();
  responder_.reset();
  is_attached_ = false;
}

std::string EventStream::id_of(std::uint64_t number) const {
  return name_.empty() ? std::string() : name_ + '_' + std::to_string(number);
}

EventId parse_event_id(std::string_view text) {
  const auto cut = text.rfind('_');
  if (cut == std::string_view::npos) return {};
  EventId id{.stream = std::string(text.substr(0, cut))};
  const std::string_view number = text.substr(cut + 1);
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), id.number);
  if (error != std::errc() || end != number.data() + number.size()) return {};
  return id;
}

}  // namespace tier0::mcp
