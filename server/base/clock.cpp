#include "server/base/clock.h"

#include <array>
#include <condition_variable>
#include <ctime>
#include <mutex>

namespace tier0 {

TimePoint SystemClock::now() const {
  return std::chrono::steady_clock::now();
}

WallTime SystemClock::wall() const {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

bool SystemClock::wait_until(TimePoint when, const std::stop_token& stop) const {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  changed.wait_until(lock, stop, when, [] { return false; });
  return !stop.stop_requested();
}

std::string format_time(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const std::time_t whole = std::chrono::system_clock::to_time_t(seconds);
  std::tm parts{};
  gmtime_r(&whole, &parts);
  std::array<char, 40> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  const auto millis = static_cast<int>((time - seconds).count());
  std::array<char, 8> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%03dZ", millis);
  return std::string(text.data(), length) + fraction.data();
}

}  // namespace tier0
