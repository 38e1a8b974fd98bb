#include "server/policy/directory.h"

#include <catch2/catch.hpp>

#include "server/crypto/crypto.h"
#include "tests/policy/catalogue.h"

namespace tier0 {
namespace {

constexpr uid_t kServer = 100;
constexpr uid_t kCodex = 101;
constexpr uid_t kOps = 102;
constexpr uid_t kShared = 103;
constexpr uid_t kNobody = 104;

Json by_token(const std::string& token) {
  return {{"token", {{"sha256", crypto::sha256_hex(token)}}}};
}

Json by_user(const std::string& user) {
  return {{"unix_user", user}};
}

std::optional<uid_t> test_user(const std::string& name) {
  const std::map<std::string, uid_t> users = {
      {"tier0", kServer}, {"codex", kCodex}, {"ops", kOps}, {"shared", kShared}};
  const auto found = users.find(name);
  return found == users.end() ? std::nullopt : std::optional(found->second);
}

std::shared_ptr<const Policy> sample(std::map<std::string, std::string, std::less<>> people = {
                                         {"ops", "ops"}}) {
  PolicySetup setup;
  setup.profiles = {{{"agent", "codex"}, {"identity", {by_token("t0_codex"), by_user("codex")}}},
                    {{"agent", "gemini"}, {"identity", {by_token("t0_gemini"), by_user("shared")}}},
                    {{"agent", "helper"}, {"identity", {by_user("shared"), by_user("ghost")}}}};
  setup.people = {.unix_users = std::move(people), .lookup = test_user, .server_uid = kServer};
  return make_test_policy(setup).value();
}

}  // namespace

TEST_CASE("a token proves the agent whose hash it has", "[policy][identity]") {
  const auto policy = sample();

  const auto who = policy->directory().by_token(Secret("t0_gemini"));

  REQUIRE(who);
  CHECK(who->id == "gemini");
  CHECK(who->kind == Principal::Kind::Agent);
  CHECK(who->proof == Principal::Proof::Token);
}

TEST_CASE("a token that is nobody's proves nothing", "[policy][identity]") {
  const auto policy = sample();
  const std::string hash = crypto::sha256_hex(std::string_view("t0_codex"));
  for (const std::string& token : {std::string(), std::string("t0_codex "), std::string("T0_codex"),
                                   std::string("t0_code"), hash, std::string("codex")}) {
    INFO(token);

    const auto who = policy->directory().by_token(Secret(token));

    REQUIRE_FALSE(who);
    CHECK(who.error().code == Code::Auth);
    CHECK(who.error().message.find("codex") == std::string::npos);
  }
}

TEST_CASE("a local command is the agent that it was started as", "[policy][identity]") {
  const auto policy = sample();

  CHECK(policy->directory().launched_as("codex")->proof == Principal::Proof::LaunchedAs);
  const auto unnamed = policy->directory().launched_as("");
  const auto unknown = policy->directory().launched_as("codx");

  REQUIRE_FALSE(unnamed);
  CHECK(unnamed.error().code == Code::Validation);
  CHECK(unnamed.error().hint.find("codex, gemini, helper") != std::string::npos);
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().message == "there is no agent \"codx\"");
}

TEST_CASE("the server's own user may name any agent and must name one", "[policy][identity]") {
  const auto policy = sample();

  CHECK(policy->directory().agent_of(kServer, "gemini")->id == "gemini");
  CHECK_FALSE(policy->directory().agent_of(kServer, "nobody"));
  CHECK_FALSE(policy->directory().agent_of(kServer, std::nullopt));
}

TEST_CASE("another user is only the agents of its identity", "[policy][identity]") {
  const auto policy = sample();

  CHECK(policy->directory().agent_of(kCodex, std::nullopt)->id == "codex");
  CHECK(policy->directory().agent_of(kCodex, "codex")->proof == Principal::Proof::UnixUser);
  const auto other = policy->directory().agent_of(kCodex, "gemini");
  const auto none = policy->directory().agent_of(kNobody, std::nullopt);

  REQUIRE_FALSE(other);
  CHECK(other.error().code == Code::Auth);
  REQUIRE_FALSE(none);
  CHECK(none.error().code == Code::Auth);
}

TEST_CASE("naming an agent that one is not says the same whether it exists", "[policy][identity]") {
  const auto policy = sample();

  const auto real = policy->directory().agent_of(kCodex, "gemini");
  const auto made_up = policy->directory().agent_of(kCodex, "gemina");

  CHECK(real.error().message == "this unix user is not agent \"gemini\"");
  CHECK(made_up.error().message == "this unix user is not agent \"gemina\"");
  CHECK(real.error().hint == made_up.error().hint);
}

TEST_CASE("a user that is several agents says which", "[policy][identity]") {
  const auto policy = sample();

  const auto unnamed = policy->directory().agent_of(kShared, std::nullopt);

  REQUIRE_FALSE(unnamed);
  CHECK(unnamed.error().hint.find("gemini, helper") != std::string::npos);
  CHECK(policy->directory().agent_of(kShared, "helper")->id == "helper");
}

TEST_CASE("a person is who people says, and the server's user is the owner", "[policy][identity]") {
  const auto policy = sample();

  CHECK(policy->directory().person_of(kOps)->id == "ops");
  CHECK(policy->directory().person_of(kOps)->kind == Principal::Kind::Person);
  CHECK(policy->directory().person_of(kServer)->id == "owner");
  CHECK_FALSE(policy->directory().person_of(kCodex));
}

TEST_CASE("the server's user is who people says where it is mapped", "[policy][identity]") {
  const auto policy = sample({{"felipe", "tier0"}});

  CHECK(policy->directory().person_of(kServer)->id == "felipe");
}

TEST_CASE("a user that is both agent and approver is worth a warning", "[policy][identity]") {
  const auto policy = sample({{"ops", "codex"}});

  const auto& warnings = policy->directory().warnings();

  const auto warns = [&warnings](const std::string& text) {
    return std::ranges::any_of(
        warnings, [&](const std::string& line) { return line.find(text) != std::string::npos; });
  };
  CHECK(warns("agent codex and person ops are the same unix user"));
  CHECK(warns("agent helper: this machine has no user \"ghost\""));
}

TEST_CASE("the system's user database knows root, and digits are an id", "[policy][identity]") {
  CHECK(lookup_user("root") == uid_t{0});
  CHECK(lookup_user("1234") == uid_t{1234});
  CHECK_FALSE(lookup_user("no-such-user-here"));
}

}  // namespace tier0
