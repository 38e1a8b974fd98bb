#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace tier0 {

/// A credential. It cannot be printed, logged, formatted or turned into JSON, and its bytes are
/// wiped on destruction. reveal() may appear in net/, ssh/, secrets/, crypto/ and hosting/ only.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  // A copy on purpose: a moved-from string may keep its bytes, and these are wiped.
  // NOLINTNEXTLINE(performance-move-constructor-init)
  Secret(Secret&& other) noexcept : value_(other.value_) { other.wipe(); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      wipe();
      value_ = other.value_;
      other.wipe();
    }
    return *this;
  }
  ~Secret() { wipe(); }

  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

 private:
  void wipe() noexcept;

  std::string value_;
};

void to_json(nlohmann::json&, const Secret&) = delete;

}  // namespace tier0
