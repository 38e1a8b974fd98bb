#include "server/backend/secret_ref.h"

#include <catch2/catch.hpp>

namespace tier0 {

TEST_CASE("a secret reference reads back as it was written", "[config][secret]") {
  for (const char* text : {"vault:smarteros/mcp/hostinger#api_token", "env:TIER0_TOKEN",
                           "file:/etc/tier0/role-id", "file:relative", "systemd:vault-secret-id"}) {
    INFO(text);
    const auto ref = SecretRef::parse(text);
    REQUIRE(ref);
    CHECK(ref->text() == text);
  }
}

TEST_CASE("a vault reference splits at its field", "[config][secret]") {
  const auto ref = SecretRef::parse("vault:smarteros/ssh/deploy#private_key");

  REQUIRE(ref);
  CHECK(ref->kind == SecretRef::Kind::Vault);
  CHECK(ref->name == "smarteros/ssh/deploy");
  CHECK(ref->field == "private_key");
}

TEST_CASE("what is no secret reference is refused without repeating it", "[config][secret]") {
  const std::string rows[] = {"",
                              "canary",
                              "https://canary",
                              "vault:canary",
                              "vault:mount#canary",
                              "vault:mount/path",
                              "vault:mount/path#",
                              "vault:mount/../canary#f",
                              "vault:/path/canary#f",
                              "vault:mount//canary#f",
                              "vault:mount/path?canary#f",
                              "vault:mount/path#a#canary",
                              "env:",
                              "env:1CANARY",
                              "env:A-canary",
                              "env:A B",
                              "file:",
                              "file:/a\ncanary",
                              "systemd:",
                              "systemd:a/canary",
                              "systemd:..",
                              "Vault:a/b#canary",
                              "env:" + std::string(2000, 'A')};
  for (const std::string& text : rows) {
    INFO(text);
    const auto ref = SecretRef::parse(text);
    REQUIRE_FALSE(ref);
    CHECK(ref.error().code == Code::Validation);
    CHECK(ref.error().message.find("canary") == std::string::npos);
    CHECK(ref.error().hint.find("canary") == std::string::npos);
  }
}

}  // namespace tier0
