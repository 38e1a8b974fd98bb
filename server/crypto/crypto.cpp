#include "server/crypto/crypto.h"

// The plain functions of SHA-256 are deprecated in favour of those that look for a provider first.
// That look reads a configuration file and costs a start a millisecond; a digest does not need it.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

namespace tier0::crypto {
namespace {

constexpr std::size_t kDigestBytes = 32;
constexpr std::size_t kIdBytes = 16;
constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string encode(std::string_view bytes, std::string_view alphabet) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  unsigned buffer = 0;
  int bits = 0;
  for (const char c : bytes) {
    buffer = (buffer << 8U) | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 6; bits -= 6) text += alphabet[(buffer >> unsigned(bits - 6)) & 63U];
  }
  if (bits > 0) text += alphabet[(buffer << unsigned(6 - bits)) & 63U];
  return text;
}

std::optional<std::string> decode(std::string_view text, std::string_view alphabet) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  unsigned buffer = 0;
  int bits = 0;
  for (const char c : text) {
    const std::size_t value = alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    buffer = ((buffer << 6U) | static_cast<unsigned>(value)) & 0xFFFFU;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>((buffer >> unsigned(bits)) & 0xFFU);
    }
  }
  // Left-over bits must be zero, or two texts would decode to the same bytes.
  if ((buffer & ((1U << unsigned(bits)) - 1U)) != 0) return std::nullopt;
  return bytes;
}

}  // namespace

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, kDigestBytes> digest{};
  SHA256_CTX context;
  if (SHA256_Init(&context) != 1 || SHA256_Update(&context, bytes.data(), bytes.size()) != 1 ||
      SHA256_Final(digest.data(), &context) != 1)
    std::abort();
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string sha256(const Secret& secret) {
  return sha256(std::string_view(secret.reveal()));
}

std::string sha256_hex(std::string_view bytes) {
  return to_hex(sha256(bytes));
}

std::string sha256_hex(const Secret& secret) {
  return sha256_hex(secret.reveal());
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::array<unsigned char, kDigestBytes> digest{};
  unsigned length = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(bytes), bytes.size(),
           digest.data(), &length) == nullptr)
    std::abort();
  return {reinterpret_cast<const char*>(digest.data()), length};
}

std::string ed25519_public_key(const Secret& seed) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(seed.reveal()),
                                   seed.reveal().size()),
      EVP_PKEY_free);
  std::array<unsigned char, kDigestBytes> bytes{};
  std::size_t length = bytes.size();
  if (!key || EVP_PKEY_get_raw_public_key(key.get(), bytes.data(), &length) != 1) std::abort();
  return {reinterpret_cast<const char*>(bytes.data()), length};
}

std::string random_bytes(std::size_t count) {
  constexpr std::size_t kAtOnce = 256;  // getentropy gives no more
  std::string bytes(count, '\0');
  for (std::size_t at = 0; at < count; at += kAtOnce)
    if (::getentropy(bytes.data() + at, std::min(kAtOnce, count - at)) != 0) std::abort();
  return bytes;
}

std::string random_id() {
  std::string id = base64url_encode(random_bytes(kIdBytes));
  while (id.starts_with('-')) id = base64url_encode(random_bytes(kIdBytes));
  return id;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

std::string base64_encode(std::string_view bytes) {
  std::string text = encode(bytes, kStandard);
  while (text.size() % 4 != 0) text += '=';
  return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  return decode(text.substr(0, text.size() - padding), kStandard);
}

std::string base64url_encode(std::string_view bytes) {
  return encode(bytes, kUrl);
}

std::optional<std::string> base64url_decode(std::string_view text) {
  return decode(text, kUrl);
}

bool constant_time_equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace tier0::crypto
