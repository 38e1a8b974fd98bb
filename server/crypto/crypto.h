#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "server/base/secret.h"

namespace tier0::crypto {

/// Raw 32 bytes.
std::string sha256(std::string_view bytes);
/// Lower-case hex of the same.
std::string sha256_hex(std::string_view bytes);
/// Of a credential, to compare or keep without having it.
std::string sha256(const Secret& secret);
std::string sha256_hex(const Secret& secret);
/// Raw 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view bytes);

/// The 32 bytes of the public key that belongs to an Ed25519 seed of 32 bytes (RFC 8032).
std::string ed25519_public_key(const Secret& seed);

/// From the operating system's random source; a failure of it ends the process.
std::string random_bytes(std::size_t count);
/// 128 random bits, less a little, as 22 characters of base64url: ids that nobody guesses. None
/// begins with a dash, since people give them to commands.
std::string random_id();

std::string to_hex(std::string_view bytes);

/// RFC 4648 section 4, with padding. Decoding is strict: alphabet, padding and canonical length.
std::string base64_encode(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);
/// RFC 4648 section 5, without padding, equally strict.
std::string base64url_encode(std::string_view bytes);
std::optional<std::string> base64url_decode(std::string_view text);

/// Takes the same time wherever the first difference is.
bool constant_time_equal(std::string_view a, std::string_view b);

}  // namespace tier0::crypto
