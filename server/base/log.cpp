#include "server/base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <memory>

#include "server/base/text.h"

namespace tier0::log {
namespace {

constexpr std::array<std::string_view, 28> kKeys = {
    "account", "action", "address", "agent", "attempt",   "bytes",     "call",
    "code",    "count",  "file",    "host",  "kind",      "line",      "method",
    "ms",      "path",   "peer",    "pid",   "port",      "principal", "reason",
    "session", "status", "step",    "tool",  "transport", "upstream",  "vps"};

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>("tier0",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *instance;
}

void write(spdlog::level::level_enum level, std::string_view message,
           std::initializer_list<Field> fields) {
  if (!logger().should_log(level)) return;
  std::string line(message);
  for (const Field& field : fields) {
    const bool known = std::ranges::find(kKeys, field.key) != kKeys.end();
    line += ' ';
    line += field.key;
    line += '=';
    line += known ? clean_text(field.value, 300) : "(unlisted)";
  }
  logger().log(level, line);
}

}  // namespace

void set_level(Level level) {
  constexpr std::array kLevels = {spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
                                  spdlog::level::err, spdlog::level::off};
  logger().set_level(kLevels[static_cast<std::size_t>(level)]);
}

void debug(std::string_view message, std::initializer_list<Field> fields) {
  write(spdlog::level::debug, message, fields);
}
void info(std::string_view message, std::initializer_list<Field> fields) {
  write(spdlog::level::info, message, fields);
}
void warn(std::string_view message, std::initializer_list<Field> fields) {
  write(spdlog::level::warn, message, fields);
}
void error(std::string_view message, std::initializer_list<Field> fields) {
  write(spdlog::level::err, message, fields);
}

}  // namespace tier0::log
