#include "server/sandbox/host_key.h"

#include <catch2/catch.hpp>

namespace tier0::sandbox {

TEST_CASE("a seed always gives the same host key, and another seed another", "[hosts][hostkey]") {
  const auto one = host_key(std::string(64, '7'));
  const auto again = host_key(std::string(64, '7'));
  const auto other = host_key(std::string(64, '8'));
  REQUIRE((one && again && other));

  CHECK(fingerprint(*one) == fingerprint(*again));
  CHECK(fingerprint(*one) != fingerprint(*other));
  CHECK(fingerprint(*one).starts_with("SHA256:"));
  CHECK(fingerprint(*one).size() == 50);
}

TEST_CASE("what is no seed gives no host key", "[hosts][hostkey]") {
  CHECK_FALSE(host_key(""));
  CHECK_FALSE(host_key(std::string(63, '7')));
  CHECK_FALSE(host_key(std::string(64, 'x')));
}

}  // namespace tier0::sandbox
