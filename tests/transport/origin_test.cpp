#include "server/transport/origin.h"

#include <catch2/catch.hpp>

using namespace tier0;
using namespace tier0::transport;

namespace {

OriginRules loopback() {
  return *OriginRules::build("127.0.0.1", {}, {});
}

OriginRules public_rules() {
  return *OriginRules::build("10.0.0.5", {"tier0.internal", "[2001:DB8::1]:8443"},
                             {"https://console.internal", "https://Other.internal:443"});
}

}  // namespace

TEST_CASE("a loopback bind takes the three loopback names with any port", "[transport][origin]") {
  const std::string host = GENERATE("localhost", "localhost:8700", "LocalHost:1", "127.0.0.1",
                                    "127.0.0.1:65535", "[::1]", "[::1]:80", "[0:0:0:0:0:0:0:1]:9");
  INFO(host);
  CHECK(loopback().allows_host(host));
}

TEST_CASE("a loopback bind refuses hosts that only look local", "[transport][origin]") {
  const std::string host = GENERATE(
      "localhost.evil.com", "127.0.0.1.evil.com", "evil.com", "evil.com:8700", "",
      "localhost:", "localhost:x", "localhost:99999", "localhost.", "localhost@evil.com",
      "evil.com@localhost", " localhost", "[::2]", "[::1", "::1", "[::1]x", "localhost:80:80",
      "127.0.0.2", "0.0.0.0", "[::ffff:127.0.0.1]", "localhost/evil", "2130706433");
  INFO(host);
  CHECK(!loopback().allows_host(host));
}

TEST_CASE("a loopback bind takes only its own page as origin", "[transport][origin]") {
  CHECK(loopback().allows_origin("http://localhost:8700", "localhost:8700"));
  CHECK(loopback().allows_origin("http://[::1]:8700", "[::1]:8700"));
  CHECK(loopback().allows_origin("http://localhost", "localhost:80"));
  CHECK(!loopback().allows_origin("http://localhost:3000", "localhost:8700"));
  CHECK(!loopback().allows_origin("http://127.0.0.1:8700", "localhost:8700"));
}

TEST_CASE("an origin that is null, foreign or malformed is refused", "[transport][origin]") {
  const std::string origin =
      GENERATE("null", "", "http://evil.com", "http://localhost.evil.com:8700",
               "http://127.0.0.1.evil.com:8700", "http://evil.com:8700", "file://localhost:8700",
               "localhost:8700", "http://localhost:8700/", "http://x@localhost:8700",
               "http://localhost:8700 http://evil.com", "https://localhost:8700", "http://");
  INFO(origin);
  CHECK(!loopback().allows_origin(origin, "localhost:8700"));
}

TEST_CASE("a bind beyond loopback takes only what is configured", "[transport][origin]") {
  const OriginRules rules = public_rules();

  CHECK(rules.allows_host("tier0.internal"));
  CHECK(rules.allows_host("TIER0.internal:443"));
  CHECK(rules.allows_host("[2001:db8:0:0::1]:8443"));
  CHECK(!rules.allows_host("[2001:db8::1]"));
  CHECK(!rules.allows_host("localhost"));
  CHECK(!rules.allows_host("10.0.0.5"));
  CHECK(rules.allows_origin("https://console.internal", "tier0.internal"));
  CHECK(rules.allows_origin("https://other.internal", "tier0.internal"));
  CHECK(!rules.allows_origin("http://console.internal", "tier0.internal"));
  CHECK(!rules.allows_origin("https://console.internal:444", "tier0.internal"));
  CHECK(!rules.allows_origin("http://tier0.internal", "tier0.internal"));
}

TEST_CASE("a bind beyond loopback without hosts is refused", "[transport][origin]") {
  const std::string bind = GENERATE("0.0.0.0", "::", "10.0.0.5", "example.org");
  INFO(bind);

  const auto rules = OriginRules::build(bind, {}, {});

  REQUIRE(!rules);
  CHECK(rules.error().code == Code::NotConfigured);
}

TEST_CASE("an entry that names no host or no origin is refused", "[transport][origin]") {
  CHECK(!OriginRules::build("127.0.0.1", {"*"}, {}));
  CHECK(!OriginRules::build("127.0.0.1", {"https://tier0.internal"}, {}));
  CHECK(!OriginRules::build("127.0.0.1", {}, {"*"}));
  CHECK(!OriginRules::build("127.0.0.1", {}, {"null"}));
  CHECK(!OriginRules::build("127.0.0.1", {}, {"console.internal"}));
  CHECK(!OriginRules::build("127.0.0.1:80", {}, {}));
  CHECK(!OriginRules::build("", {}, {}));
}
