#include "server/schema/formats.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace tier0 {
namespace {

struct FormatRow {
  const char* format;
  std::vector<std::string> good;
  std::vector<std::string> bad;
};

const std::string kLongLabel(64, 'a');

const FormatRow kFormatRows[] = {
    {"vps", {"17923", "web-1.example.com", "203.0.113.10", "acme"}, {"", "a b", "a\n", "ü"}},
    {"vps-id", {"1", "123456789012345678"}, {"", "-1", "1.0", "1234567890123456789", "0x1"}},
    {"id", {"provider:7", "restic:ab12", "op_1.2-3"}, {"", "a b", "a/b", "a#b"}},
    {"slug", {"acme", "a-1"}, {"", "-a", "A", "a_b"}},
    {"domain",
     {"example.com", "EXAMPLE.com.", "xn--bcher-kva.example", "a.b.c"},
     {"", "com", ".com", "a..com", "-a.com", "a-.com", "a_b.com", "1.2.3.4", "a.com..", "a b.com",
      kLongLabel + ".com", "bücher.example"}},
    {"host-name", {"web-1", "web-1.example.com"}, {"", "-web", "web_1", "a..b"}},
    {"ipv4", {"203.0.113.10"}, {"", "203.0.113", "203.0.113.256", "0x7f.1", "::1", "1.2.3.4 "}},
    {"ipv6", {"::1", "2001:db8::1"}, {"", "1.2.3.4", "[::1]", "2001:db8::1%eth0"}},
    {"ip", {"203.0.113.10", "::1"}, {"", "localhost", "1.2.3.4/32"}},
    {"cidr",
     {"203.0.113.0/24", "198.51.100.7/32", "0.0.0.0/0", "2001:db8::/32"},
     {"", "203.0.113.7/24", "203.0.113.0", "203.0.113.0/33", "203.0.113.0/", "203.0.113.0/024",
      "2001:db8::1/32", "any"}},
    {"port-range",
     {"22", "1024:2048", "any", "65535"},
     {"", "0", "65536", "2048:1024", "22-23", "022", ":", "1:", "ssh"}},
    {"host-and-port",
     {"127.0.0.1:8700", "[::1]:0", "localhost:1"},
     {"", "127.0.0.1", "127.0.0.1:", ":8700", "127.0.0.1:65536", "::1:80", "[::1]", "a b:1"}},
    {"uri",
     {"https://example.com/a?b#c", "tier0://fleet"},
     {"", "example.com", ":x", "1a:x", "a:b c"}},
    {"endpoint",
     {"https://developers.hostinger.com", "https://vault.internal:8200/v1", "http://127.0.0.1:80",
      "http://[::1]:80", "http://localhost"},
     {"", "http://example.com", "http://127.0.0.1@evil.example", "https://user@example.com",
      "https://example.com?x", "https://example.com#x", "ftp://127.0.0.1", "https://",
      "http://127.evil.example", "https://exa mple.com", "https://example.com\\x"}},
    {"date",
     {"2026-02-28", "2024-02-29"},
     {"", "2026-02-29", "2026-13-01", "26-01-01", "2026/01/01"}},
    {"date-time",
     {"2026-11-22T05:00:00Z", "2026-11-22T05:00:00.123+02:00", "2026-11-22t05:00:60z"},
     {"", "2026-11-22", "2026-11-22 05:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T05:00:00",
      "2026-11-22T05:00:00.Z", "2026-11-22T05:00:00+2:00", "2026-11-22T05:60:00Z"}},
    {"duration", {"30s", "15m", "2h", "7d"}, {"", "15", "m", "0m", "-1m", "1.5h", "15min", "015m"}},
    {"money",
     {"200.00", "0", "15", "0.99"},
     {"", "200.0", "200.000", "-1", "1e3", ".50", "01", "1,00"}},
    {"sha256",
     {std::string(64, 'a')},
     {"", std::string(63, 'a'), std::string(64, 'A'), std::string(64, 'g')}},
    {"fingerprint",
     {"SHA256:" + std::string(43, 'a')},
     {"", "SHA256:", "MD5:" + std::string(46, 'a')}},
    {"absolute-path", {"/etc/hosts"}, {"", "/", "etc", std::string("/a\0b", 4), "/a\nb"}},
    {"unit",
     {"nginx.service", "getty@tty1.service"},
     {"", "-H", ".x", "a b", "a/b", "a;b", "a\\x2d"}},
    {"log-path",
     {"/var/log/syslog", "/var/log/nginx/access.log"},
     {"", "/var/log", "/var/log/", "/var/log/../shadow", "/etc/shadow", "/var/log//x",
      "/var/log/./x", "/var/log/a b", "var/log/x", "/var/log/x/.."}},
    {"user", {"ops", "www-data", "_apt"}, {"", "-ops", "o ps", std::string(33, 'a')}},
};

}  // namespace

TEST_CASE("a format accepts what it describes and nothing else", "[schema]") {
  for (const FormatRow& row : kFormatRows) {
    const Format* format = find_format(row.format);
    REQUIRE(format != nullptr);
    for (const std::string& text : row.good) {
      INFO(row.format << " good: " << text);
      CHECK(format->accepts(text));
    }
    for (const std::string& text : row.bad) {
      INFO(row.format << " bad: " << text);
      CHECK_FALSE(format->accepts(text));
    }
  }
}

TEST_CASE("an unknown format is not found", "[schema]") {
  CHECK(find_format("email") == nullptr);
}

TEST_CASE("durations and amounts are read exactly", "[schema]") {
  CHECK(parse_duration_seconds("15m") == 900);
  CHECK(parse_duration_seconds("7d") == 604800);
  CHECK(parse_cents("200.00") == 20000);
  CHECK(parse_cents("0.99") == 99);
  CHECK(parse_cents("15") == 1500);
}

}  // namespace tier0
