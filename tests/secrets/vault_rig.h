#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "server/secrets/secret_sources.h"
#include "server/secrets/vault_client.h"
#include "server/secrets/vault_kv.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temp_folder.h"
#include "tests/fakes/vault_server.h"

namespace tier0 {

enum class VaultAuth { Token, AppRole };

inline constexpr auto kDeploy = "smarteros/ssh/deploy";
inline constexpr auto kValue = "canary-value-4711";

/// What a test wants of its Vault.
struct VaultScene {
  int kv = 2;
  VaultAuth auth = VaultAuth::Token;
  fakes::VaultGrant grant = {};
  std::string in_namespace = {};
  std::chrono::milliseconds timeout = std::chrono::seconds(15);
};

/// A Vault with the mount `smarteros`, and our own client to it, in a time that the test moves.
template <class ClockType = FakeClock>
class VaultRig {
 public:
  explicit VaultRig(const VaultScene& scene)
      : server(clock, scene.in_namespace), client(options_for(scene), sources, clock) {
    server.mount("smarteros", scene.kv);
    server.put(kDeploy, {{"private_key", kValue}, {"host", "203.0.113.10"}, {"count", 3}});
  }

  Result<Secret> get(const std::string& reference, const Cancel& cancel = {}) const {
    // No assertion of Catch2: those are for one thread at a time, and callers have several.
    T0_TRY(const SecretRef ref, SecretRef::parse(reference));
    return kv.get(ref, cancel);
  }
  Result<Secret> get_key(const Cancel& cancel = {}) const {
    return get("vault:smarteros/ssh/deploy#private_key", cancel);
  }

  /// Puts this token where our client takes its own from.
  void set_token(const std::string& text) { write("token", text); }
  void set_secret_id(const std::string& text) { write("secret-id", text); }

  ClockType clock;
  TempFolder folder;
  fakes::VaultServer server;
  std::string token;  // the one that was made for us, where we log in with one
  SecretSources sources;
  VaultClient client;
  VaultKv kv{client, clock};

 private:
  VaultOptions options_for(const VaultScene& scene) {
    server.add_role("canary-role", "canary-secret-id", scene.grant);
    if (scene.auth == VaultAuth::Token) token = server.add_token(scene.grant);
    write("token", token);
    write("role-id", "canary-role");
    write("secret-id", "canary-secret-id");
    VaultOptions options{.address = *BaseUrl::parse(server.url()),
                         .vault_namespace = scene.in_namespace,
                         .auth = VaultToken{file("token")},
                         .user_agent = "tier0/test",
                         .request_timeout = scene.timeout};
    if (scene.auth == VaultAuth::AppRole)
      options.auth = VaultAppRole{.role_id = file("role-id"), .secret_id = file("secret-id")};
    return options;
  }
  SecretRef file(const std::string& name) const {
    return {.kind = SecretRef::Kind::File, .name = (folder / name).string()};
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder / name) << text;
    std::filesystem::permissions(folder / name, std::filesystem::perms(0600));
  }
};

inline std::string text_of(const Error& error) {
  return std::string(to_string(error.code)) + ": " + error.message + " | " + error.hint;
}

/// Fails unless it is an error of that kind which tells what to do and shows no secret.
template <class T>
void check_error(const Result<T>& result, Code code, const std::string& part = "") {
  REQUIRE_FALSE(result);
  const std::string text = text_of(result.error());
  INFO(text);
  CHECK(to_string(result.error().code) == to_string(code));
  CHECK(text.find(part) != std::string::npos);
  CHECK(text.find("canary") == std::string::npos);
}

}  // namespace tier0
