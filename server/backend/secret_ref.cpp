#include "server/backend/secret_ref.h"

#include <algorithm>

namespace tier0 {
namespace {

constexpr std::size_t kLongest = 1024;

struct Scheme {
  std::string_view prefix;
  SecretRef::Kind kind;
};
constexpr Scheme kSchemes[] = {{"vault:", SecretRef::Kind::Vault},
                               {"env:", SecretRef::Kind::Env},
                               {"file:", SecretRef::Kind::File},
                               {"systemd:", SecretRef::Kind::Systemd}};

Error malformed() {
  return {.code = Code::Validation,
          .message = "not a secret reference",
          .hint =
              "Write vault:MOUNT/PATH#FIELD, env:NAME, file:PATH or systemd:NAME; the secret "
              "itself never stands in a file."};
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

bool is_variable(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && !(name.front() >= '0' && name.front() <= '9') &&
         std::ranges::all_of(name, allowed);
}

bool has_dots_only_part(std::string_view path) {
  while (!path.empty()) {
    const auto slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return true;
    if (slash == std::string_view::npos) return false;
    path.remove_prefix(slash + 1);
  }
  return true;
}

Result<SecretRef> parse_vault(std::string_view rest) {
  const auto hash = rest.find('#');
  if (hash == std::string_view::npos) return malformed();
  const std::string_view path = rest.substr(0, hash);
  const std::string_view field = rest.substr(hash + 1);
  // Without a slash there is a mount and no path; "..", "?" and "%" would leave the named secret.
  if (path.find('/') == std::string_view::npos || has_dots_only_part(path)) return malformed();
  if (path.find_first_of("?%\\") != std::string_view::npos) return malformed();
  if (field.empty() || field.find_first_of("#/") != std::string_view::npos) return malformed();
  return SecretRef{SecretRef::Kind::Vault, std::string(path), std::string(field)};
}

bool is_name_of(SecretRef::Kind kind, std::string_view name) {
  if (kind == SecretRef::Kind::Env) return is_variable(name);
  // systemd hands credentials over as files of one folder (systemd.exec, LoadCredential).
  if (kind == SecretRef::Kind::Systemd)
    return name.find('/') == std::string_view::npos && name != "." && name != "..";
  return true;
}

}  // namespace

Result<SecretRef> SecretRef::parse(std::string_view text) {
  if (text.size() > kLongest) return malformed();
  for (const Scheme& scheme : kSchemes) {
    if (text.substr(0, scheme.prefix.size()) != scheme.prefix) continue;
    const std::string_view rest = text.substr(scheme.prefix.size());
    if (rest.empty() || !is_printable(rest)) return malformed();
    if (scheme.kind == Kind::Vault) return parse_vault(rest);
    if (!is_name_of(scheme.kind, rest)) return malformed();
    return SecretRef{scheme.kind, std::string(rest)};
  }
  return malformed();
}

std::string SecretRef::text() const {
  for (const Scheme& scheme : kSchemes)
    if (scheme.kind == kind)
      return std::string(scheme.prefix) + name + (kind == Kind::Vault ? "#" + field : "");
  return {};
}

}  // namespace tier0
