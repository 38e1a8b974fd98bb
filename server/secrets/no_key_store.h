#pragma once

#include "server/backend/key_store.h"

namespace tier0 {

/// Where no key can be written: env:, file: and systemd: references are read-only.
class NoKeyStore final : public KeyStore {
 public:
  Result<KeyInventory> inventory(const std::string&, const Cancel&) override { return refusal(); }
  Result<KeyWriting> writable(const std::string&, const Cancel&) override { return refusal(); }
  Result<KeyInventory> stage(const std::string&, const std::string&, const std::string&,
                             const Cancel&) override {
    return refusal();
  }
  Result<KeyInventory> commit(const std::string&, const std::string&, const std::string&,
                              const Cancel&) override {
    return refusal();
  }
  Result<KeyInventory> discard(const std::string&, const std::string&, const std::string&,
                               const Cancel&) override {
    return refusal();
  }

 private:
  static Error refusal() {
    return {.code = Code::NotConfigured,
            .message = "the secret store of the SSH keys cannot be written",
            .hint = "Keep ssh.private_key in Vault (vault:MOUNT/PATH#FIELD) to rotate keys."};
  }
};

}  // namespace tier0
