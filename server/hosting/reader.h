#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "server/base/clock.h"
#include "server/base/json.h"
#include "server/base/result.h"

namespace tier0::hosting {

/// Reads members of one JSON object of the provider: strict about types, tolerant of unknown
/// members and of nulls. Keeps the first thing that was wrong, so that a shape reads as a list of
/// its members; what is returned after that is empty. The object must outlive the reader.
class Reader {
 public:
  Reader(const Json& object, std::string_view what);

  /// A label: cleaned and cut, because a stranger wrote it. Empty where absent or null.
  std::string text(std::string_view key);
  /// As it is, for what is stored and handed back whole.
  std::string content(std::string_view key);
  /// Zero where absent or null.
  long long integer(std::string_view key);
  int small_integer(std::string_view key);
  double number(std::string_view key);
  bool boolean(std::string_view key);
  /// Empty where absent, null or written in a way that we do not know.
  std::optional<WallTime> time(std::string_view key);
  /// A positive integer as digits; its absence is wrong.
  std::string id(std::string_view key);
  /// Empty where absent or null.
  std::optional<std::string> optional_id(std::string_view key);
  std::optional<std::string> optional_text(std::string_view key);
  /// The member, or a null value.
  const Json& member(std::string_view key) const;

  /// Kind upstream where something was wrong.
  Result<Unit> done() const;

 private:
  const Json* find(std::string_view key, bool right_type(const Json&));
  void fail(std::string_view key);

  const Json& object_;
  const std::string_view what_;
  std::string wrong_;
};

}  // namespace tier0::hosting
