#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tier0 {

/// One event of a text/event-stream, as the HTML standard reads it (section 9.2.6).
struct ServerEvent {
  std::string type = {};  // empty: message
  std::string data = {};  // its lines joined by a newline
};

/// Reads events from a stream as its bytes arrive. Not thread-safe.
class EventReader {
 public:
  using OnEvent = std::function<void(const ServerEvent& event)>;

  /// An event beyond `limit` bytes is a fault.
  EventReader(std::size_t limit, OnEvent on_event)
      : limit_(limit), on_event_(std::move(on_event)) {}

  /// False after a fault: the rest of the stream means nothing.
  bool feed(std::string_view bytes);

  /// Of the last event that had one: where to go on after a lost connection.
  const std::string& last_id() const { return last_id_; }
  /// How long the server wants to be left alone before that.
  std::optional<std::chrono::milliseconds> retry() const { return retry_; }

 private:
  void end_line();
  void end_event();
  void set_field(std::string_view name, std::string_view value);

  const std::size_t limit_;
  const OnEvent on_event_;
  std::string line_;
  bool is_after_return_ = false;  // a newline that follows belongs to the line before
  bool is_first_line_ = true;
  bool has_data_ = false;
  ServerEvent event_;
  std::string id_;
  std::string last_id_;
  std::optional<std::chrono::milliseconds> retry_;
};

}  // namespace tier0
