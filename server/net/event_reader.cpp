#include "server/net/event_reader.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace tier0 {

bool EventReader::feed(std::string_view bytes) {
  for (const char c : bytes) {
    const bool is_rest_of_end = c == '\n' && is_after_return_;
    is_after_return_ = c == '\r';
    if (is_rest_of_end) continue;
    if (c == '\n' || c == '\r') {
      end_line();
      continue;
    }
    if (line_.size() + event_.data.size() >= limit_) return false;
    line_ += c;
  }
  return true;
}

void EventReader::end_line() {
  std::string line = std::exchange(line_, {});
  if (std::exchange(is_first_line_, false) && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
  if (line.empty()) return end_event();
  const std::size_t colon = line.find(':');
  if (colon == 0) return;  // a comment, to keep the connection open
  std::string_view value;
  if (colon != std::string::npos) value = std::string_view(line).substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  set_field(std::string_view(line).substr(0, colon), value);
}

void EventReader::set_field(std::string_view name, std::string_view value) {
  if (name == "event") event_.type = value;
  if (name == "id" && value.find('\0') == std::string_view::npos) id_ = value;
  if (name == "data") {
    if (std::exchange(has_data_, true)) event_.data += '\n';
    event_.data += value;
  }
  if (name == "retry") {
    constexpr unsigned kMostMs = 3'600'000;
    unsigned ms = 0;
    const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), ms);
    if (problem == std::errc() && end == value.data() + value.size())
      retry_ = std::chrono::milliseconds(std::min(ms, kMostMs));
  }
}

void EventReader::end_event() {
  last_id_ = id_;
  const ServerEvent event = std::exchange(event_, {});
  if (std::exchange(has_data_, false)) on_event_(event);
}

}  // namespace tier0
