#include "server/base/json.h"

#include <cmath>
#include <vector>

namespace tier0 {
namespace {

/// Builds the value while counting depth and watching keys, because a value that is too deep can be
/// parsed but overflows the stack when it is copied, dumped or destroyed.
class StrictBuilder final : public nlohmann::json_sax<Json> {
 public:
  explicit StrictBuilder(std::size_t depth) : depth_limit_(depth) {}

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t&) override {
    return std::isfinite(value) ? add(value) : fail("a number is out of range");
  }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t&) override { return fail("binary values are not JSON"); }

  bool start_object(std::size_t) override { return open(Json::object()); }
  bool key(string_t& value) override {
    if (open_.back()->contains(value)) return fail("an object has the same key twice");
    key_ = std::move(value);
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_array() override { return close(); }

  bool parse_error(std::size_t position, const std::string&, const Json::exception&) override {
    return fail("not valid JSON at byte " + std::to_string(position));
  }

  Json take() { return std::move(root_); }
  const std::string& problem() const { return problem_; }

 private:
  bool fail(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
    return false;
  }

  Json* place(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Json& parent = *open_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    Json& slot = parent[key_];
    slot = std::move(value);
    return &slot;
  }

  bool add(Json value) {
    place(std::move(value));
    return true;
  }

  bool open(Json container) {
    if (open_.size() >= depth_limit_) return fail("nested too deeply");
    open_.push_back(place(std::move(container)));
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  const std::size_t depth_limit_;
  Json root_;
  std::vector<Json*> open_;  // a parent does not grow while its child is open, so these stay valid
  std::string key_;
  std::string problem_;
};

Error not_json(std::string problem) {
  return {.code = Code::Validation,
          .message = std::move(problem),
          .hint = "Send one valid UTF-8 JSON value."};
}

}  // namespace

Result<Json> parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes)
    return not_json("larger than " + std::to_string(limits.bytes) + " bytes");
  if (text.substr(0, 3) == "\xEF\xBB\xBF") return not_json("starts with a byte order mark");
  StrictBuilder builder(limits.depth);
  if (!Json::sax_parse(text, &builder)) return not_json(builder.problem());
  return builder.take();
}

std::string dump_json(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const Json* find_member(const Json& value, std::string_view key) {
  if (!value.is_object()) return nullptr;
  const auto found = value.find(key);
  return found == value.end() ? nullptr : &*found;
}

std::string string_member(const Json& value, std::string_view key, std::string_view fallback) {
  const Json* member = find_member(value, key);
  return member != nullptr && member->is_string() ? member->get<std::string>()
                                                  : std::string(fallback);
}

}  // namespace tier0
