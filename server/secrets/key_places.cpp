#include "server/secrets/key_places.h"

#include <algorithm>
#include <string_view>

#include "server/base/text.h"

namespace tier0 {
namespace {

constexpr std::string_view kTenant = "tenant-";

Error not_writable(const std::string& problem) {
  return {.code = Code::NotConfigured,
          .message = problem + ", so a new key cannot be put there",
          .hint =
              "Keep it in Vault: set vault, and ssh.private_key to "
              "vault:MOUNT/PATH#private_key."};
}

bool is_slug(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  return !text.empty() && text.size() <= kLongest && text.front() != '-' &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-'; });
}

}  // namespace

Result<KeyPlace> place_of(const KeyLayout& layout, const std::string& scope) {
  const bool deploy = scope == "deploy";
  const bool tenant =
      scope.starts_with(kTenant) && is_slug(std::string_view(scope).substr(kTenant.size()));
  if (!deploy && !tenant)
    return Error{.code = Code::Validation,
                 .message = "a scope of keys is deploy or tenant-SLUG",
                 .hint = "Use deploy, or tenant- and the tenant's name."};
  if (deploy && layout.deploy.kind != SecretRef::Kind::Vault)
    return not_writable("the deploy key is read from " + layout.deploy.text());
  if (layout.documents == nullptr) return not_writable("no Vault is configured");
  if (tenant)
    return KeyPlace{.documents = layout.documents,
                    .name = layout.tenants + "/" + scope.substr(kTenant.size())};
  return KeyPlace{.documents = layout.documents,
                  .name = layout.deploy.name,
                  .private_field = layout.deploy.field};
}

}  // namespace tier0
