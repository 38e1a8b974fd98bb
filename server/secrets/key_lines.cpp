#include "server/secrets/key_lines.h"

#include <string_view>

#include "server/base/text.h"
#include "server/crypto/crypto.h"

namespace tier0 {
namespace {

/// As `ssh-keygen -l` shows it: SHA-256 of the decoded blob, base64 without padding.
std::string fingerprint_of(std::string_view blob) {
  std::string digest = crypto::base64_encode(crypto::sha256(blob));
  while (digest.ends_with('=')) digest.pop_back();
  return "SHA256:" + digest;
}

std::string line_of(const std::optional<SshPublicKey>& key) {
  return key ? key->line : std::string();
}

}  // namespace

Result<SshPublicKey> parse_key_line(const std::string& line) {
  const std::string text(trim(line));
  const auto first = text.find(' ');
  const auto second = first == std::string::npos ? first : text.find(' ', first + 1);
  const std::string blob =
      first == std::string::npos ? "" : text.substr(first + 1, second - first - 1);
  const auto bytes = crypto::base64_decode(blob);
  if (blob.empty() || !bytes)
    return Error{.code = Code::SecretUnavailable,
                 .message = "the public half of an SSH key is no line of authorized_keys",
                 .hint = "Write it as ssh-keygen does: TYPE BASE64 COMMENT."};
  SshPublicKey key{.line = text, .fingerprint = fingerprint_of(*bytes)};
  if (second != std::string::npos) key.comment = std::string(trim(text.substr(second + 1)));
  return key;
}

std::string version_of(const KeyInventory& keys) {
  constexpr std::size_t kDigits = 32;
  const std::string lines =
      line_of(keys.current) + "\n" + line_of(keys.staged) + "\n" + line_of(keys.previous);
  return crypto::sha256_hex(lines).substr(0, kDigits);
}

}  // namespace tier0
