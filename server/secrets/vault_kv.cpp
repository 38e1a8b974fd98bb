#include "server/secrets/vault_kv.h"

#include <utility>

#include "server/secrets/vault_words.h"

namespace tier0 {
namespace {

Error strange(const std::string& api_path) {
  return {.code = Code::SecretUnavailable,
          .message = "Vault's answer for " + api_path + " is not that of a key-value engine",
          .hint = "Check that the reference names a key-value secret."};
}

Result<SecretDocument> document_of(VaultAnswer answer, int version, const std::string& api_path) {
  SecretJson data = answer.body.take("data");
  SecretDocument document;
  if (version == 2) {
    document.version = vault::version_in(data.reveal());
    // A deleted version is a 404 with metadata, and its number is what the next write must name.
    if (answer.status == 404 && document.version.empty()) document.version = "0";
    if (document.version.empty()) return strange(api_path);
    data = data.take("data");
  }
  if (answer.status == 404) return document;
  if (!data.reveal().is_object()) return strange(api_path);
  document.fields = std::move(data);
  document.exists = true;
  return document;
}

Error about(const SecretRef& ref, Error error) {
  error.message = "the secret " + ref.text() + " cannot be read: " + error.message;
  return error;
}

}  // namespace

Result<Secret> VaultKv::get(const SecretRef& ref, const Cancel& cancel) const {
  const auto document = load(ref.name, cancel);
  if (!document) {
    const Code code = document.error().code;
    const bool callers_own = code == Code::Cancelled || code == Code::Timeout;
    return callers_own ? document.error() : about(ref, document.error());
  }
  if (!document->exists)
    return about(ref, {.code = Code::SecretUnavailable,
                       .message = "Vault has no such secret",
                       .hint = "Write it with `vault kv put`, or correct the reference."});
  if (auto value = document->fields.text(ref.field)) return *std::move(value);
  return about(ref, {.code = Code::SecretUnavailable,
                     .message = "it has no text in that field",
                     .hint = "Write the field with `vault kv patch`, or correct the reference."});
}

Result<SecretDocument> VaultKv::read(const std::string& name, const Cancel& cancel) {
  return load(name, cancel);
}

Result<SecretDocument> VaultKv::load(const std::string& name, const Cancel& cancel) const {
  T0_TRY(const VaultMount mount, mounts_.find(name, cancel));
  return load(mount, name, cancel);
}

Result<SecretDocument> VaultKv::load(const VaultMount& mount, const std::string& name,
                                     const Cancel& cancel) const {
  const std::string path = mount.api_path(name);
  T0_TRY(VaultAnswer answer, client_.call({.path = vault::encoded(path)}, cancel));
  if (answer.status == 403) return vault::denied(path, "read");
  if (answer.status == 404) {
    mounts_.forget(mount);  // it may have been mounted anew with the other version
    if (answer.says(vault::kNoEngine)) return vault::no_engine(name);
    if (answer.says(vault::kWantsVersion2))
      return Error{.code = Code::SecretUnavailable,
                   .message = "the secrets engine of " + name + " was changed to version 2",
                   .hint = "Repeat the call."};
  }
  if (answer.status != 200 && answer.status != 404) return strange(path);
  return document_of(std::move(answer), mount.version, path);
}

Result<Unit> VaultKv::replace(const std::string& name, const SecretDocument& seen,
                              const SecretJson& fields, const Cancel& cancel) {
  T0_TRY(const VaultMount mount, mounts_.find(name, cancel));
  if ((mount.version == 2) == seen.version.empty())
    return Error{.code = Code::Conflict,
                 .message = "the secrets engine of " + name + " has another version than before"};
  if (mount.version == 1) return replace_checked(mount, name, seen, fields, cancel);
  SecretJson body(
      Json{{"data", fields.reveal()}, {"options", {{"cas", std::stoull(seen.version)}}}});
  return put(mount, name, std::move(body), cancel);
}

Result<Unit> VaultKv::replace_checked(const VaultMount& mount, const std::string& name,
                                      const SecretDocument& seen, const SecretJson& fields,
                                      const Cancel& cancel) {
  const auto conflict = [&name](const std::string& what) {
    return Error{.code = Code::Conflict, .message = name + " was changed " + what};
  };
  T0_TRY(const auto turn, turns_.take(name, cancel));
  T0_TRY(const SecretDocument before, load(mount, name, cancel));
  if (before.exists != seen.exists || before.fields != seen.fields)
    return conflict("by another writer");
  T0_CHECK(put(mount, name, fields, cancel));
  auto after = load(mount, name, cancel);
  if (!after) {
    after.error().maybe_done = true;
    return after.error();
  }
  if (after->fields != fields) return conflict("by another writer at the same moment");
  return Unit{};
}

Result<Unit> VaultKv::put(const VaultMount& mount, const std::string& name, SecretJson body,
                          const Cancel& cancel) {
  const std::string path = mount.api_path(name);
  T0_TRY(const VaultAnswer answer,
         client_.call({.method = "POST", .path = vault::encoded(path), .body = std::move(body)},
                      cancel));
  if (answer.ok()) return Unit{};
  if (answer.status == 400 && answer.says(vault::kCasMismatch))
    return Error{.code = Code::Conflict, .message = name + " was changed by another writer"};
  if (answer.status == 403) return vault::denied(path, "update");
  if (answer.status == 404) return vault::no_engine(name);
  return Error{.code = Code::SecretUnavailable,
               .message = "Vault refuses to write " + path,
               .hint = "See Vault's own log."};
}

Result<KeyWriting> VaultKv::writable(const std::string& name, const Cancel& cancel) {
  T0_TRY(const VaultMount mount, mounts_.find(name, cancel));
  T0_TRY(const SecretDocument document, load(mount, name, cancel));
  KeyWriting writing{.compare_and_set = mount.version == 2};
  if (!writing.compare_and_set)
    writing.note =
        "the secrets engine at " + mount.path +
        " is version 1, which cannot compare and set: another program's write at the same moment "
        "could be lost";
  const std::string path = mount.api_path(name);
  const std::string needed = document.exists ? "update" : "create";
  SecretJson body(Json{{"paths", {path}}});
  T0_TRY(const VaultAnswer answer,
         client_.call({.method = "POST", .path = "sys/capabilities-self", .body = std::move(body)},
                      cancel));
  const Json* data = vault::object_member(answer.body.reveal(), "data");
  const Json* list = find_member(data != nullptr ? *data : answer.body.reveal(), path);
  if (!answer.ok() || list == nullptr || !list->is_array()) return writing;  // it does not say
  for (const Json& capability : *list)
    if (capability == "root" || capability == needed) return writing;
  return vault::denied(path, needed);
}

}  // namespace tier0
