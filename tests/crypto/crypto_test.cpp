#include "server/crypto/crypto.h"

#include <catch2/catch.hpp>

using namespace tier0;

TEST_CASE("SHA-256 and HMAC agree with their published vectors", "[crypto]") {
  // FIPS 180-2 appendix B.1; RFC 4231 test case 2.
  CHECK(crypto::sha256_hex("abc") ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(crypto::to_hex(crypto::hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("base64 round-trips and agrees with RFC 4648", "[crypto]") {
  CHECK(crypto::base64_encode("foob") == "Zm9vYg==");
  CHECK(crypto::base64url_encode("\xff\xfe") == "__4");
  for (std::size_t size = 0; size < 40; ++size) {
    const std::string bytes = crypto::random_bytes(size);
    CHECK(crypto::base64_decode(crypto::base64_encode(bytes)) == bytes);
    CHECK(crypto::base64url_decode(crypto::base64url_encode(bytes)) == bytes);
  }
}

TEST_CASE("base64 decoding is strict", "[crypto]") {
  CHECK(!crypto::base64_decode("Zm9vYg"));    // no padding
  CHECK(!crypto::base64_decode("Zm9vYh=="));  // bits left over
  CHECK(!crypto::base64_decode("Zm9 Yg=="));  // outside the alphabet
  CHECK(!crypto::base64_decode("Zm9v===="));
  CHECK(!crypto::base64url_decode("__4="));
}

TEST_CASE("random ids are 22 characters and differ", "[crypto]") {
  CHECK(crypto::random_id().size() == 22);
  CHECK(crypto::random_id() != crypto::random_id());
}

TEST_CASE("no random id looks like an option", "[crypto]") {
  constexpr int kIds = 2000;  // one in 64 would begin with a dash
  for (int i = 0; i < kIds; ++i) CHECK_FALSE(crypto::random_id().starts_with('-'));
}

TEST_CASE("an Ed25519 public key is the published one for its seed", "[crypto]") {
  // RFC 8032 section 7.1, test 1.
  const std::string seed =
      "\x9d\x61\xb1\x9d\xef\xfd\x5a\x60\xba\x84\x4a\xf4\x92\xec\x2c\xc4"
      "\x44\x49\xc5\x69\x7b\x32\x69\x19\x70\x3b\xac\x03\x1c\xae\x7f\x60";

  CHECK(crypto::to_hex(crypto::ed25519_public_key(Secret(seed))) ==
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
}
