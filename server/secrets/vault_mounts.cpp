#include "server/secrets/vault_mounts.h"

#include <utility>

#include "server/secrets/vault_words.h"

namespace tier0 {
namespace {

bool lies_in(const std::string& name, const std::string& mount) {
  return name.size() > mount.size() + 1 && name.starts_with(mount) && name[mount.size()] == '/';
}

}  // namespace

std::string VaultMount::api_path(const std::string& name) const {
  return path + (version == 2 ? "/data/" : "/") + name.substr(path.size() + 1);
}

Result<VaultMount> VaultMounts::find(const std::string& name, const Cancel& cancel) {
  if (auto kept = known(name)) return *std::move(kept);
  T0_TRY(std::optional<VaultMount> mount, ask(name, cancel));
  if (!mount) {
    T0_TRY(mount, guess(name, cancel));
  }
  const MutexLock lock(mutex_);
  versions_[mount->path] = mount->version;
  return *std::move(mount);
}

std::optional<VaultMount> VaultMounts::known(const std::string& name) {
  const MutexLock lock(mutex_);
  for (const auto& [path, version] : versions_)
    if (lies_in(name, path)) return VaultMount{.path = path, .version = version};
  return std::nullopt;
}

Result<std::optional<VaultMount>> VaultMounts::ask(const std::string& name, const Cancel& cancel) {
  T0_TRY(const VaultAnswer answer,
         client_.call({.path = "sys/internal/ui/mounts/" + vault::encoded(name)}, cancel));
  const Json* data = vault::object_member(answer.body.reveal(), "data");
  // 403 where no policy of ours names that path, and where nothing is mounted there.
  if (!answer.ok() || data == nullptr) return std::optional<VaultMount>();
  std::string path = string_member(*data, "path");
  while (path.ends_with('/')) path.pop_back();
  if (!lies_in(name, path)) return std::optional<VaultMount>();
  const std::string type = string_member(*data, "type");
  if (type != "kv" && type != "generic")
    return Error{.code = Code::NotConfigured,
                 .message = "the secrets engine at " + path + " is no key-value engine",
                 .hint = "Correct the reference: it names a secret of a kv engine."};
  const Json* options = vault::object_member(*data, "options");
  const bool second = options != nullptr && string_member(*options, "version") == "2";
  return std::optional(VaultMount{.path = std::move(path), .version = second ? 2 : 1});
}

/// Takes the first part for the mount, and finds the version by reading as either.
Result<VaultMount> VaultMounts::guess(const std::string& name, const Cancel& cancel) {
  const std::string mount = name.substr(0, name.find('/'));
  const VaultMount second{.path = mount, .version = 2};
  const VaultMount first{.path = mount, .version = 1};
  T0_TRY(VaultAnswer as_second,
         client_.call({.path = vault::encoded(second.api_path(name))}, cancel));
  const SecretJson data = as_second.body.take("data");
  if (!vault::version_in(data.reveal()).empty()) return second;
  if (as_second.status == 404 && as_second.says(vault::kNoEngine)) return vault::no_engine(name);
  T0_TRY(const VaultAnswer as_first,
         client_.call({.path = vault::encoded(first.api_path(name))}, cancel));
  if (as_first.ok()) return first;
  if (as_first.says(vault::kWantsVersion2)) return second;
  if (as_second.status == 403 && as_first.status == 403)
    return vault::denied(second.api_path(name), "read");
  // A policy names the paths of the version that is there, so the path that it lets us ask is it.
  if (as_first.status == 403) return second;
  if (as_second.status == 403) return first;
  return Error{
      .code = Code::SecretUnavailable,
      .message = "Vault has no secret " + name + ", and does not say which version its engine has",
      .hint = "Write it with `vault kv put`, or correct the reference."};
}

void VaultMounts::forget(const VaultMount& mount) {
  const MutexLock lock(mutex_);
  versions_.erase(mount.path);
}

}  // namespace tier0
