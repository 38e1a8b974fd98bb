#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/base/clock.h"
#include "server/mcp/outlet.h"
#include "server/mcp/strand.h"

namespace tier0::mcp {

struct ReplayLimits {
  std::size_t events = 256;
  std::size_t bytes = 1024 * 1024;
};

/// A stream of events that outlives its connection: a client that lost one comes back with the id
/// of the last event it saw, gets what it missed and goes on. Event ids are `{name}_{number}`; a
/// stream without a name has none and keeps nothing. Thread-safe.
class EventStream final : public Outlet, public std::enable_shared_from_this<EventStream> {
 public:
  EventStream(std::string name, ReplayLimits limits) : name_(std::move(name)), limits_(limits) {}

  void send(Outgoing message) override;
  /// The event that lets a client come back before there was any message.
  void prime(std::chrono::milliseconds retry);
  /// An event that is no message, in the form it has on the wire.
  void announce(std::string event);
  /// `lost` runs whenever a client goes, or reads too slowly to be kept. Set before attach().
  void on_lost(std::function<void()> lost) { lost_ = std::move(lost); }
  /// Connects a client, in place of the one before, and sends what is kept with numbers above
  /// `after`.
  void attach(std::shared_ptr<Responder> responder, std::uint64_t after);
  /// Connects a client that wants only what comes.
  void attach(std::shared_ptr<Responder> responder);
  /// Ends the connection, not the stream.
  void disconnect();
  /// The last event was sent.
  void finish();

  /// When finish() was called; TimePoint::max() before.
  TimePoint finished_at() const { return finished_at_; }
  bool is_attached() const { return is_attached_; }

 private:
  struct Kept {
    std::uint64_t number;
    Event event;
  };

  void post(std::function<void(EventStream&)> job);
  void emit(Event event, std::uint64_t number);
  void keep(Kept kept);
  void connect(std::shared_ptr<Responder> responder);
  void deliver(const Event& event);
  void end_connection();
  void lose_connection();
  std::string id_of(std::uint64_t number) const;

  const std::string name_;
  const ReplayLimits limits_;
  std::function<void()> lost_;
  std::atomic<TimePoint> finished_at_ = TimePoint::max();
  std::atomic<bool> is_attached_ = false;
  Strand strand_;
  // All below belong to the strand.
  std::shared_ptr<Responder> responder_;
  std::uint64_t connection_ = 0;
  std::vector<Kept> kept_;  // not a deque: an empty one would cost each idle stream half a kilobyte
  std::size_t kept_bytes_ = 0;
  std::uint64_t next_ = 0;
};

/// Stream name and number of an event id; empty name where it is none of ours.
struct EventId {
  std::string stream;
  std::uint64_t number = 0;
};
EventId parse_event_id(std::string_view text);

}  // namespace tier0::mcp
