#pragma once

#include <map>
#include <string>

#include "server/backend/key_store.h"

namespace tier0 {

/// Keys by scope, in memory, with versions. Public lines are numbered, so a test can tell them
/// apart; there is no private half. Fails once where it is told to.
class FakeKeyStore final : public KeyStore {
 public:
  std::map<std::string, KeyInventory> scopes;
  std::optional<Error> fail_next;
  bool loses_answers = false;  // writes happen, their answers get lost

  Result<KeyWriting> writable(const std::string&, const Cancel&) override {
    T0_CHECK(take_failure());
    return KeyWriting{};
  }
  Result<KeyInventory> inventory(const std::string& scope, const Cancel&) override {
    T0_CHECK(take_failure());
    return at(scope);
  }
  Result<KeyInventory> stage(const std::string& scope, const std::string& comment,
                             const std::string& version, const Cancel&) override {
    T0_CHECK(take_failure());
    KeyInventory& keys = at(scope);
    if (keys.staged && keys.staged->comment == comment) return keys;
    T0_CHECK(same_version(keys, version));
    keys.staged = make_key(comment);
    return written(keys);
  }
  Result<KeyInventory> commit(const std::string& scope, const std::string& fingerprint,
                              const std::string& version, const Cancel&) override {
    T0_CHECK(take_failure());
    KeyInventory& keys = at(scope);
    if (keys.current && keys.current->fingerprint == fingerprint) return keys;
    T0_CHECK(same_version(keys, version));
    if (!keys.staged || keys.staged->fingerprint != fingerprint)
      return Error{
          .code = Code::Conflict, .message = "another key is staged", .hint = "Start anew."};
    keys.previous = std::exchange(keys.current, std::exchange(keys.staged, std::nullopt));
    return written(keys);
  }
  Result<KeyInventory> discard(const std::string& scope, const std::string& fingerprint,
                               const std::string& version, const Cancel&) override {
    T0_CHECK(take_failure());
    KeyInventory& keys = at(scope);
    if (!keys.staged || keys.staged->fingerprint != fingerprint) return keys;
    T0_CHECK(same_version(keys, version));
    keys.staged.reset();
    return written(keys);
  }

  SshPublicKey make_key(const std::string& comment) {
    // Four digits, so that the whole is well-formed base64.
    const std::string number = std::to_string(10'000 + ++made_).substr(1);
    return {.line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFakeKey" + number + " " + comment,
            .fingerprint = "SHA256:fake" + number,
            .comment = comment};
  }

 private:
  KeyInventory& at(const std::string& scope) {
    return scopes.try_emplace(scope, KeyInventory{.version = "1"}).first->second;
  }
  Result<Unit> take_failure() {
    if (auto error = std::exchange(fail_next, std::nullopt)) return *std::move(error);
    return Unit{};
  }
  static Result<Unit> same_version(const KeyInventory& keys, const std::string& version) {
    if (keys.version == version) return Unit{};
    return Error{
        .code = Code::Conflict, .message = "the keys were changed meanwhile", .hint = "Read."};
  }
  Result<KeyInventory> written(KeyInventory& keys) {
    keys.version = std::to_string(std::stoi(keys.version) + 1);
    if (std::exchange(loses_answers, false))
      return Error{.code = Code::TimeoutUnknown,
                   .message = "no answer",
                   .hint = "Read the keys.",
                   .maybe_done = true};
    return keys;
  }

  int made_ = 0;
};

}  // namespace tier0
