#include "server/secrets/vault_words.h"

#include "server/base/text.h"
#include "server/net/url.h"

namespace tier0::vault {

std::string encoded(std::string_view path) {
  std::string text;
  for (const std::string& part : split(path, '/'))
    text += (text.empty() ? "" : "/") + encode_component(part);
  return text;
}

const Json* object_member(const Json& value, const char* name) {
  const Json* member = find_member(value, name);
  return member != nullptr && member->is_object() ? member : nullptr;
}

std::string version_in(const Json& data) {
  const Json* metadata = object_member(data, "metadata");
  const Json* version = metadata == nullptr ? nullptr : find_member(*metadata, "version");
  if (version == nullptr || !version->is_number_unsigned()) return {};
  return std::to_string(version->get<std::uint64_t>());
}

Error no_engine(const std::string& name) {
  return {
      .code = Code::NotConfigured,
      .message = "Vault has no secrets engine for " + name,
      .hint = "Check the reference and vault.namespace; `vault secrets list` shows the mounts."};
}

Error denied(const std::string& api_path, const std::string& capability) {
  return {.code = Code::SecretDenied,
          .message = "Vault denies " + capability + " on " + api_path,
          .hint = "Give our policy: path \"" + api_path + "\" { capabilities = [\"" + capability +
                  "\"] }."};
}

}  // namespace tier0::vault
