#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "code.gen.h"

namespace tier0 {

using Unit = std::monostate;

/// The wire name of a kind, as in schemas/result.json.
constexpr std::string_view to_string(Code code) {
  return kCodeNames[static_cast<std::size_t>(code)];
}

/// One field of an input that was wrong, or one candidate of an ambiguous selector.
struct Detail {
  std::string field;
  std::string problem;
};

/// What went wrong in the world. Every text in it is safe to show an agent: no secret, no
/// internals.
struct Error {
  Code code = Code::Internal;
  std::string message;               // what was wrong, one sentence
  std::string hint = {};             // what to do about it
  std::vector<Detail> details = {};  // validation: the fields
  std::optional<std::chrono::seconds> retry_after = {};
  std::string upstream_id = {};  // the provider's correlation id
  bool maybe_done = false;       // a write that failed here but may have happened there
};

/// A T or an Error; never both, never neither. Reading the wrong side is a bug and throws.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  const T& value() const& { return std::get<0>(state_); }
  T& value() & { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  const Error& error() const& { return std::get<1>(state_); }
  Error& error() & { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

}  // namespace tier0

#define T0_CONCAT_INNER(a, b) a##b
#define T0_CONCAT(a, b) T0_CONCAT_INNER(a, b)

/// Binds the value of a Result to `declaration`, or returns its error from the enclosing function.
#define T0_TRY(declaration, ...)                                                                   \
  auto T0_CONCAT(t0_result_, __LINE__) = (__VA_ARGS__);                                            \
  if (!T0_CONCAT(t0_result_, __LINE__)) return std::move(T0_CONCAT(t0_result_, __LINE__)).error(); \
  declaration = *std::move(T0_CONCAT(t0_result_, __LINE__))

/// Returns the error of a Result from the enclosing function; the value is dropped.
#define T0_CHECK(...)                                      \
  do {                                                     \
    auto t0_checked = (__VA_ARGS__);                       \
    if (!t0_checked) return std::move(t0_checked).error(); \
  } while (false)
