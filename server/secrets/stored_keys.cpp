#include "server/secrets/stored_keys.h"

#include <utility>

#include "server/secrets/key_lines.h"

namespace tier0 {
namespace {

constexpr const char* kPublic = "public_key";
constexpr const char* kStagedPrivate = "staged_private_key";
constexpr const char* kStagedPublic = "staged_public_key";
constexpr const char* kPreviousPrivate = "previous_private_key";
constexpr const char* kPreviousPublic = "previous_public_key";
constexpr const char* kRotatedAt = "rotated_at";
constexpr int kAttempts = 5;

Error moved(const std::string& what) {
  return {.code = Code::Conflict, .message = what, .hint = "Read the keys again and decide anew."};
}

bool is_key(const std::optional<SshPublicKey>& key, const std::string& fingerprint) {
  return key && key->fingerprint == fingerprint;
}

Result<Unit> check_version(const KeyInventory& now, const std::string& version) {
  if (now.version != version) return moved("the keys changed since they were read");
  return Unit{};
}

bool is_one_word(const std::string& text) {
  constexpr std::size_t kLongest = 128;
  if (text.empty() || text.size() > kLongest) return false;
  for (const char c : text)
    if (c <= ' ' || c > '~') return false;
  return true;
}

}  // namespace

Result<std::optional<SshPublicKey>> StoredKeys::key_in(const SecretJson& fields,
                                                       const std::string& private_field,
                                                       const std::string& public_field) const {
  const auto secret = fields.text(private_field);
  if (!secret) return std::optional<SshPublicKey>();
  T0_TRY(const std::string line, tools_.public_line(*secret, ""));
  T0_TRY(SshPublicKey key, parse_key_line(line));
  // The line beside it says the comment, which the private half does not, where it is of this key.
  const auto beside = parse_key_line(string_member(fields.reveal(), public_field));
  if (beside && beside->fingerprint == key.fingerprint && is_one_word(beside->comment)) {
    key.comment = beside->comment;
    key.line += " " + key.comment;
  }
  return std::optional(std::move(key));
}

Result<KeyInventory> StoredKeys::inventory_of(const KeyPlace& place,
                                              const SecretJson& fields) const {
  KeyInventory keys;
  T0_TRY(keys.current, key_in(fields, place.private_field, kPublic));
  T0_TRY(keys.staged, key_in(fields, kStagedPrivate, kStagedPublic));
  T0_TRY(keys.previous, key_in(fields, kPreviousPrivate, kPreviousPublic));
  keys.version = version_of(keys);
  return keys;
}

Result<KeyInventory> StoredKeys::inventory(const std::string& scope, const Cancel& cancel) {
  T0_TRY(const KeyPlace place, find_(scope));
  T0_TRY(const SecretDocument document, place.documents->read(place.name, cancel));
  return inventory_of(place, document.fields);
}

Result<KeyWriting> StoredKeys::writable(const std::string& scope, const Cancel& cancel) {
  T0_TRY(const KeyPlace place, find_(scope));
  return place.documents->writable(place.name, cancel);
}

Result<KeyInventory> StoredKeys::stage(const std::string& scope, const std::string& comment,
                                       const std::string& version, const Cancel& cancel) {
  if (!is_one_word(comment))
    return Error{.code = Code::Validation,
                 .message = "a key's comment is one word of at most 128 characters"};
  std::optional<MadeKey> made;
  return update(
      scope, cancel,
      [&](const KeyPlace&, const SecretJson& fields, const KeyInventory& now) -> Result<Change> {
        if (now.staged && now.staged->comment == comment) return Change{};
        T0_CHECK(check_version(now, version));
        if (now.staged) return moved("another key is staged");
        if (!made) {
          T0_TRY(made, tools_.make(comment));
        }
        Change change{.wanted = true, .fields = fields};
        change.fields.set(kStagedPrivate, made->private_key);
        change.fields.set(kStagedPublic, Secret(made->public_line));
        return change;
      });
}

Result<KeyInventory> StoredKeys::commit(const std::string& scope,
                                        const std::string& staged_fingerprint,
                                        const std::string& version, const Cancel& cancel) {
  return update(scope, cancel,
                [&](const KeyPlace& place, const SecretJson& fields,
                    const KeyInventory& now) -> Result<Change> {
                  if (is_key(now.current, staged_fingerprint)) return Change{};
                  T0_CHECK(check_version(now, version));
                  if (!is_key(now.staged, staged_fingerprint))
                    return moved("the key that is to be committed is not staged");
                  Change change{.wanted = true, .fields = fields};
                  if (now.current) {
                    change.fields.set(kPreviousPrivate, *fields.text(place.private_field));
                    change.fields.set(kPreviousPublic, Secret(now.current->line));
                  }
                  change.fields.set(place.private_field, *fields.text(kStagedPrivate));
                  change.fields.set(kPublic, Secret(now.staged->line));
                  change.fields.erase(kStagedPrivate);
                  change.fields.erase(kStagedPublic);
                  change.fields.set(kRotatedAt, Secret(format_time(clock_.wall())));
                  return change;
                });
}

Result<KeyInventory> StoredKeys::discard(const std::string& scope,
                                         const std::string& staged_fingerprint,
                                         const std::string& version, const Cancel& cancel) {
  return update(
      scope, cancel,
      [&](const KeyPlace&, const SecretJson& fields, const KeyInventory& now) -> Result<Change> {
        if (is_key(now.current, staged_fingerprint))
          return moved("the key is the current one already");
        if (!now.staged) return Change{};
        T0_CHECK(check_version(now, version));
        if (!is_key(now.staged, staged_fingerprint)) return moved("another key is staged");
        Change change{.wanted = true, .fields = fields};
        change.fields.erase(kStagedPrivate);
        change.fields.erase(kStagedPublic);
        return change;
      });
}

Result<KeyInventory> StoredKeys::update(const std::string& scope, const Cancel& cancel,
                                        const Edit& edit) {
  T0_TRY(const KeyPlace place, find_(scope));
  for (int attempt = 1;; ++attempt) {
    T0_TRY(const SecretDocument seen, place.documents->read(place.name, cancel));
    T0_TRY(const KeyInventory now, inventory_of(place, seen.fields));
    T0_TRY(const Change change, edit(place, seen.fields, now));
    if (!change.wanted) return now;
    const auto written = write(place, seen, change.fields, cancel);
    if (written) return inventory_of(place, change.fields);
    // Somebody else wrote between: what they wrote is read and kept, and the edit judges anew.
    if (written.error().code != Code::Conflict || attempt == kAttempts) return written.error();
  }
}

Result<Unit> StoredKeys::write(const KeyPlace& place, const SecretDocument& seen,
                               const SecretJson& fields, const Cancel& cancel) {
  auto written = place.documents->replace(place.name, seen, fields, cancel);
  if (written || !written.error().maybe_done) return written;
  // The answer was lost. The world may show what came of it.
  const auto found = place.documents->read(place.name, cancel);
  if (found && found->fields == fields) return Unit{};
  Error error = written.error();
  error.code = Code::TimeoutUnknown;
  error.message = "whether the key was written is not known: " + error.message;
  error.hint = "Repeat the call unchanged; it never happens twice.";
  return error;
}

Result<Secret> StoredKeys::private_key(const std::string& scope, KeyUse use, const Cancel& cancel) {
  T0_TRY(const KeyPlace place, find_(scope));
  T0_TRY(const SecretDocument document, place.documents->read(place.name, cancel));
  const auto key = [&](const std::string& field, const char* lacks,
                       const char* hint) -> Result<Secret> {
    if (auto found = document.fields.text(field)) return *std::move(found);
    return Error{
        .code = Code::SecretUnavailable, .message = lacks + (" in " + place.name), .hint = hint};
  };
  switch (use) {
    case KeyUse::Staged:
      return key(kStagedPrivate, "no new SSH key is staged", "Stage one first.");
    case KeyUse::Previous:
      return key(kPreviousPrivate, "there is no SSH key from before", "No rotation left one.");
    case KeyUse::Current:
      break;
  }
  return key(place.private_field, "there is no SSH key", "Put an OpenSSH private key there.");
}

}  // namespace tier0
