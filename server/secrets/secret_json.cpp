#include "server/secrets/secret_json.h"

#include <cstring>
#include <utility>

namespace tier0 {
namespace {

/// Keys are names of fields and stay. The depth is bounded by the parser's.
void wipe_texts(Json& value) {  // NOLINT(misc-no-recursion)
  if (value.is_string()) {
    auto& text = value.get_ref<std::string&>();
    explicit_bzero(text.data(), text.size());
  } else if (value.is_structured()) {
    for (Json& child : value) wipe_texts(child);
  }
}

}  // namespace

SecretJson::~SecretJson() {
  wipe_texts(value_);
}

SecretJson& SecretJson::operator=(const SecretJson& other) {
  if (this != &other) {
    SecretJson copy(other);
    value_.swap(copy.value_);
  }
  return *this;
}

SecretJson& SecretJson::operator=(SecretJson&& other) noexcept {
  if (this != &other) {
    wipe_texts(value_);
    value_ = std::move(other.value_);
  }
  return *this;
}

Result<SecretJson> SecretJson::parse(const Secret& text) {
  T0_TRY(Json value, parse_json(text.reveal()));
  return SecretJson(std::move(value));
}

Secret SecretJson::dump() const {
  return Secret(dump_json(value_));
}

std::optional<Secret> SecretJson::text(std::string_view member) const {
  const Json* found = find_member(value_, member);
  if (found == nullptr || !found->is_string()) return std::nullopt;
  const auto& text = found->get_ref<const std::string&>();
  if (text.empty()) return std::nullopt;
  return Secret(text);
}

void SecretJson::set(const std::string& member, const Secret& text) {
  Json& slot = value_[member];
  wipe_texts(slot);
  slot = text.reveal();
}

void SecretJson::erase(const std::string& member) {
  take(member);
}

SecretJson SecretJson::take(const std::string& member) {
  SecretJson taken;
  const auto found = value_.is_object() ? value_.find(member) : value_.end();
  if (found == value_.end()) return taken;
  taken.value_ = std::move(*found);
  value_.erase(found);
  return taken;
}

void SecretJson::append(const std::string& member, const SecretJson& entry, std::size_t keep) {
  Json& list = value_[member];
  if (!list.is_array()) list = Json::array();
  list.push_back(entry.value_);
  while (list.size() > keep) {
    wipe_texts(list.front());
    list.erase(list.begin());
  }
}

}  // namespace tier0
