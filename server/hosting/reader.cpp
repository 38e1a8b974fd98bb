#include "server/hosting/reader.h"

#include <limits>

#include "server/base/text.h"

namespace tier0::hosting {
namespace {

constexpr std::size_t kLabelLimit = 256;

bool is_text(const Json& value) {
  return value.is_string();
}
/// Some numbers come as floats without a fraction.
bool is_integer(const Json& value) {
  constexpr double kExact = 9007199254740992.0;
  if (value.is_number_unsigned())
    return value.get<std::uint64_t>() <=
           static_cast<std::uint64_t>(std::numeric_limits<long long>::max());
  if (!value.is_number_float()) return value.is_number_integer();
  const auto number = value.get<double>();
  return number >= -kExact && number <= kExact &&
         number == static_cast<double>(static_cast<long long>(number));
}
bool is_number(const Json& value) {
  return value.is_number();
}
bool is_boolean(const Json& value) {
  return value.is_boolean();
}

long long to_integer(const Json& value) {
  return value.is_number_float() ? static_cast<long long>(value.get<double>())
                                 : value.get<long long>();
}

}  // namespace

Reader::Reader(const Json& object, std::string_view what) : object_(object), what_(what) {
  if (!object.is_object()) wrong_ = "is not an object";
}

const Json& Reader::member(std::string_view key) const {
  static const Json null;
  const Json* found = find_member(object_, key);
  return found == nullptr ? null : *found;
}

const Json* Reader::find(std::string_view key, bool right_type(const Json&)) {
  const Json& value = member(key);
  if (value.is_null()) return nullptr;
  if (right_type(value)) return &value;
  fail(key);
  return nullptr;
}

void Reader::fail(std::string_view key) {
  if (wrong_.empty()) wrong_ = "has no valid " + std::string(key);
}

std::string Reader::text(std::string_view key) {
  const Json* value = find(key, is_text);
  return value == nullptr ? "" : clean_text(value->get_ref<const std::string&>(), kLabelLimit);
}

std::string Reader::content(std::string_view key) {
  const Json* value = find(key, is_text);
  return value == nullptr ? "" : value->get<std::string>();
}

long long Reader::integer(std::string_view key) {
  const Json* value = find(key, is_integer);
  return value == nullptr ? 0 : to_integer(*value);
}

int Reader::small_integer(std::string_view key) {
  const long long value = integer(key);
  if (value >= 0 && value <= std::numeric_limits<int>::max()) return static_cast<int>(value);
  fail(key);
  return 0;
}

double Reader::number(std::string_view key) {
  const Json* value = find(key, is_number);
  return value == nullptr ? 0 : value->get<double>();
}

bool Reader::boolean(std::string_view key) {
  const Json* value = find(key, is_boolean);
  return value != nullptr && value->get<bool>();
}

std::optional<WallTime> Reader::time(std::string_view key) {
  const Json* value = find(key, is_text);
  return value == nullptr ? std::nullopt : parse_time(value->get_ref<const std::string&>());
}

std::optional<std::string> Reader::optional_id(std::string_view key) {
  const Json* value = find(key, is_integer);
  if (value == nullptr) return std::nullopt;
  const long long number = to_integer(*value);
  if (number > 0) return std::to_string(number);
  fail(key);
  return std::nullopt;
}

std::string Reader::id(std::string_view key) {
  auto value = optional_id(key);
  if (value) return *std::move(value);
  fail(key);
  return {};
}

std::optional<std::string> Reader::optional_text(std::string_view key) {
  std::string value = text(key);
  if (value.empty()) return std::nullopt;
  return value;
}

Result<Unit> Reader::done() const {
  if (wrong_.empty()) return Unit{};
  return Error{
      .code = Code::Upstream,
      .message = "the provider's answer makes no sense: " + std::string(what_) + " " + wrong_,
      .hint = "Try again later; if it stays so, the provider has changed its interface."};
}

}  // namespace tier0::hosting
