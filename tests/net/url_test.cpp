#include "server/net/url.h"

#include <catch2/catch.hpp>

#include "server/net/retry_after.h"

using namespace tier0;
using namespace std::chrono_literals;

TEST_CASE("a base URL loses the slash at its end and keeps its prefix", "[net][url]") {
  const auto url = BaseUrl::parse("https://api.example.com:8443/v2/");

  REQUIRE(url);
  CHECK(url->text() == "https://api.example.com:8443/v2");
  CHECK(url->host() == "api.example.com");
  CHECK(!url->is_loopback());
}

TEST_CASE("plain http is taken for this machine only", "[net][url]") {
  CHECK(BaseUrl::parse("http://127.0.0.1:8080"));
  CHECK(BaseUrl::parse("http://localhost"));
  CHECK(BaseUrl::parse("http://[::1]:80"));
  CHECK(!BaseUrl::parse("http://192.0.2.1"));
  CHECK(!BaseUrl::parse("http://127.example.com"));
  CHECK(!BaseUrl::parse("http://localhost.example.com"));
}

TEST_CASE("malformed base URLs are refused", "[net][url]") {
  const std::string text =
      GENERATE("", "https://", "ftp://a", "api.example.com", "https://user:word@host",
               "https://host?a=b", "https://host#a", "https://ho st", "https://host:0",
               "https://host:70000", "https://host:", "https://host:12x", "https://host/a b",
               "https://[::1", "https://host/%2e%2e");
  INFO(text);

  const auto url = BaseUrl::parse(text);

  REQUIRE(!url);
  CHECK(url.error().code == Code::Validation);
}

TEST_CASE("encoding leaves unreserved characters only", "[net][url]") {
  CHECK(encode_component("a-b_c.d~e") == "a-b_c.d~e");
  CHECK(encode_component("a/b?c&d=e f%\xC3\xA4") == "a%2Fb%3Fc%26d%3De%20f%25%C3%A4");
  CHECK(encode_query({}).empty());
  CHECK(encode_query({{"name", ".COM*"}, {"category", "DOMAIN"}}) ==
        "?name=.COM%2A&category=DOMAIN");
}

TEST_CASE("Retry-After is read as seconds and as a date", "[net][retry-after]") {
  const WallTime now = std::chrono::sys_days(std::chrono::year(1994) / 11 / 6) + 8h + 49min;

  CHECK(parse_retry_after("17", now) == 17s);
  CHECK(parse_retry_after(" 0 ", now) == 0s);
  CHECK(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now) == 37s);
  CHECK(parse_retry_after("Sun, 06 Nov 1994 08:48:00 GMT", now) == 0s);
  CHECK(parse_retry_after("99999999999999", now) == 24h);
}

TEST_CASE("a Retry-After that is neither is ignored", "[net][retry-after]") {
  const std::string text =
      GENERATE("", "soon", "-1", "1.5", "Sunday, 06-Nov-94 08:49:37 GMT",
               "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT");
  INFO(text);

  CHECK(!parse_retry_after(text, WallTime{}));
}
