#include "server/sandbox/host_key.h"

#include <libssh/libssh.h>

#include <cstdint>
#include <optional>
#include <string>

#include "server/crypto/crypto.h"

namespace tier0::sandbox {
namespace {

constexpr std::size_t kSeedBytes = 32;

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

std::optional<std::string> from_hex(std::string_view hex) {
  if (hex.size() != 2 * kSeedBytes) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = digit(hex[i]);
    const int low = digit(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

/// A string as SSH writes it: its length in four bytes, then itself (RFC 4251 section 5).
std::string ssh_text(std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  std::string bytes;
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    bytes += static_cast<char>((size >> shift) & 0xFFU);
  return bytes + std::string(text);
}

/// OpenSSH's own format (PROTOCOL.key), unencrypted: libssh 0.10 reads an Ed25519 key in PKCS#8
/// but cannot sign with it.
std::string openssh_pem(const std::string& seed) {
  const std::string type = ssh_text("ssh-ed25519");
  const std::string point = crypto::ed25519_public_key(Secret(seed));
  const std::string check(4, '\x2a');
  std::string secret =
      check + check + type + ssh_text(point) + ssh_text(seed + point) + ssh_text("");
  for (char pad = 1; secret.size() % 8 != 0; ++pad) secret += pad;
  const std::string body = std::string("openssh-key-v1\0", 15) + ssh_text("none") +
                           ssh_text("none") + ssh_text("") + std::string("\0\0\0\1", 4) +
                           ssh_text(type + ssh_text(point)) + ssh_text(secret);
  std::string lines;
  const std::string text = crypto::base64_encode(body);
  constexpr std::size_t kWidth = 70;
  for (std::size_t at = 0; at < text.size(); at += kWidth) lines += text.substr(at, kWidth) + "\n";
  return "-----BEGIN OPENSSH PRIVATE KEY-----\n" + lines + "-----END OPENSSH PRIVATE KEY-----\n";
}

}  // namespace

void HostKeyFree::operator()(ssh_key_struct* key) const {
  ssh_key_free(key);
}

Result<HostKey> host_key(std::string_view seed) {
  const Error unusable{.code = Code::Internal, .message = "a simulated host has no usable key"};
  const auto bytes = from_hex(seed);
  if (!bytes) return unusable;
  const std::string pem = openssh_pem(*bytes);
  ssh_key key = nullptr;
  if (ssh_pki_import_privkey_base64(pem.c_str(), nullptr, nullptr, nullptr, &key) != SSH_OK)
    return unusable;
  return HostKey(key);
}

std::string fingerprint(const HostKey& key) {
  unsigned char* hash = nullptr;
  std::size_t size = 0;
  if (ssh_get_publickey_hash(key.get(), SSH_PUBLICKEY_HASH_SHA256, &hash, &size) != 0) return {};
  char* text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, size);
  std::string shown = text == nullptr ? "" : text;
  ssh_string_free_char(text);
  ssh_clean_pubkey_hash(&hash);
  return shown;
}

}  // namespace tier0::sandbox
