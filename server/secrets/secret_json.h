#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/base/json.h"
#include "server/base/result.h"
#include "server/base/secret.h"

namespace tier0 {

/// JSON with credentials in it: the fields of a secret, or what a keeper of secrets answered. Its
/// texts are wiped when it goes, and only reveal() shows them.
class SecretJson {
 public:
  SecretJson() = default;
  explicit SecretJson(Json value) : value_(std::move(value)) {}
  SecretJson(const SecretJson&) = default;
  SecretJson& operator=(const SecretJson& other);
  SecretJson(SecretJson&& other) noexcept : value_(std::move(other.value_)) {}
  SecretJson& operator=(SecretJson&& other) noexcept;
  ~SecretJson();

  /// Kind validation where the text is no JSON; the error quotes nothing of it.
  static Result<SecretJson> parse(const Secret& text);
  Secret dump() const;

  const Json& reveal() const { return value_; }

  /// A member that is text and not empty; none otherwise.
  std::optional<Secret> text(std::string_view member) const;
  void set(const std::string& member, const Secret& text);
  void erase(const std::string& member);
  /// The member, taken out; null where there is none.
  SecretJson take(const std::string& member);
  /// Adds to the end of a member that is a list, or becomes one; of it the last `keep` stay.
  void append(const std::string& member, const SecretJson& entry, std::size_t keep);

  bool operator==(const SecretJson& other) const { return value_ == other.value_; }

 private:
  Json value_;
};

}  // namespace tier0
