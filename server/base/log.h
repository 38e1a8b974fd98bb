#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace tier0::log {

enum class Level { Debug, Info, Warn, Error, Off };

/// A named fact. Keys come from the allow-list in log.cpp; an unknown key is a bug and its value is
/// replaced. Arguments, results and secrets are never logged.
struct Field {
  std::string_view key;
  std::string value;
};

/// Lines go to stderr, one a call, never to stdout. Thread-safe.
void set_level(Level level);
void debug(std::string_view message, std::initializer_list<Field> fields = {});
void info(std::string_view message, std::initializer_list<Field> fields = {});
void warn(std::string_view message, std::initializer_list<Field> fields = {});
void error(std::string_view message, std::initializer_list<Field> fields = {});

}  // namespace tier0::log
