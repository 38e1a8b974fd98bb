// The real binary, configured for a Vault.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "tests/e2e/product.h"
#include "tests/fakes/temp_folder.h"
#include "tests/fakes/vault_server.h"

using namespace tier0;

namespace {

/// A configuration whose secrets lie in a Vault of the test's own.
class WithVault {
 public:
  WithVault() {
    vault.mount("smarteros", 2);
    vault.put("smarteros/mcp/hostinger", {{"api_token", "canary-api-token"}});
    vault.add_role("canary-role", "canary-secret-id", {.ttl = std::chrono::hours(1)});
    write("role", "canary-role");
    write("secret", "canary-secret-id");
    write("tier0.yaml", "vault: {address: \"" + vault.url() +
                            "\", auth: {approle: {role_id: \"file:" + path("role") +
                            "\", secret_id: \"file:" + path("secret") + "\"}}}\n" +
                            "accounts: {main: {url: \"http://127.0.0.1:1\"}}\n");
    std::filesystem::create_directory(path("agents"));
    write("agents/reader.yaml",
          "agent: reader\ngrants:\n  - tools: [\"*\"]\n    effects: {read: allow}\n");
  }

  /// What doctor found about this subject.
  Json doctor(const std::string& subject) const {
    const Finished found = product_.run({"doctor", "--config", path("tier0.yaml")});
    INFO(found.out << found.err);
    check_silent(found);
    const auto report = parse_json(found.out);
    REQUIRE(report);
    for (const Json& item : report->at("items"))
      if (item["check"] == subject) return item;
    FAIL("doctor says nothing about " + subject);
    return {};
  }

  /// What a tool that needs the account's token says; each start logs in anew.
  Json call() const {
    const Finished called = product_.run({"call", "list-vps", "--agent", "reader", "--log-level",
                                          "debug", "--config", path("tier0.yaml")});
    INFO(called.out << called.err);
    CHECK(called.exit_code == 1);
    check_silent(called);
    const auto result = parse_json(called.out);
    REQUIRE(result);
    return *result;
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    std::filesystem::permissions(folder_ / name, std::filesystem::perms(0600));
  }

  SystemClock clock;
  fakes::VaultServer vault{clock};

 private:
  static void check_silent(const Finished& finished) {
    CHECK((finished.out + finished.err).find("canary") == std::string::npos);
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  Product product_;
  TempFolder folder_;
};

}  // namespace

TEST_CASE("doctor says that Vault lets us in and what of it can be read", "[e2e][vault]") {
  WithVault scene;

  CHECK(scene.doctor("vault")["text"] == "version 1.15.6, unsealed, the login works");
  CHECK(scene.doctor("vault:smarteros/mcp/hostinger#api_token")["ok"] == true);
  CHECK(scene.doctor("vault:smarteros/ssh/deploy#private_key")["ok"] == false);
}

TEST_CASE("doctor says that Vault is sealed", "[e2e][vault]") {
  WithVault scene;
  scene.vault.seal(true);

  const Json item = scene.doctor("vault");

  CHECK(item["ok"] == false);
  CHECK(item["text"] == "it is sealed");
}

TEST_CASE("doctor says that Vault refuses our login", "[e2e][vault]") {
  const WithVault scene;
  scene.write("secret", "canary-of-another-role");

  const Json item = scene.doctor("vault");

  CHECK(item["ok"] == false);
  CHECK(item["text"].get<std::string>().find("refuses the AppRole login") != std::string::npos);
}

TEST_CASE("a call says why Vault gave no token, and asks the provider nothing", "[e2e][vault]") {
  WithVault scene;

  const Json readable = scene.call();
  scene.vault.seal(true);
  const Json sealed = scene.call();
  scene.vault.seal(false);
  scene.vault.remove("smarteros/mcp/hostinger");
  const Json missing = scene.call();
  scene.write("secret", "canary-of-another-role");
  const Json refused = scene.call();

  // Nobody listens at the provider's address: this one came as far as that.
  CHECK(readable["kind"] == "upstream");
  CHECK(sealed["kind"] == "secret_unavailable");
  CHECK(sealed["summary"].get<std::string>().find("sealed") != std::string::npos);
  CHECK(missing["kind"] == "secret_unavailable");
  CHECK(refused["kind"] == "secret_denied");
}
