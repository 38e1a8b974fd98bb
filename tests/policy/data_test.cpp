// Plays every tests/policy/*.json: a profile, calls, and what has to be decided.
//
// A file holds `about`, `profile` (or `profiles`), `hosts`, `tenants`, `owners` and `cases`. A case
// holds `say` and `tool`, and what it expects: `verdict`, `rule` (the number of the winning grant),
// `near` (text of the reason), `at_once`, `sees`, `covers` and `hides` (lists of
// "dimension id" or "backend dimension id"), `uses` and `unused` (backends).
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "server/base/text.h"
#include "tests/policy/catalogue.h"

namespace tier0 {
namespace {

namespace fs = std::filesystem;

Json read_case_file(const fs::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  auto parsed = parse_json(text.str());
  if (!parsed) FAIL(file.string() << ": " << parsed.error().message);
  return *parsed;
}

std::vector<fs::path> case_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(TIER0_SOURCE_DIR) / "tests/policy"))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

std::shared_ptr<const Policy> policy_of(const Json& file) {
  PolicySetup setup;
  if (file.contains("profile")) setup.profiles = {file["profile"]};
  for (const Json& profile : file.value("profiles", Json::array()))
    setup.profiles.push_back(profile);
  const Json hosts = file.value("hosts", Json::object());
  for (const auto& [name, id] : hosts.items()) setup.hosts[name] = id;
  const Json tenants = file.value("tenants", Json::object());
  for (const auto& [slug, tenant] : tenants.items())
    setup.tenants[slug] = {tenant.value("vps", std::set<std::string>{}),
                           tenant.value("domains", std::set<std::string>{})};
  auto policy = make_test_policy(setup);
  if (!policy) FAIL(policy.error().message);
  return *policy;
}

/// Whose things are, as a test file says under `owners`: "vps 1" to an account.
class TestOwners final : public Owners {
 public:
  explicit TestOwners(const Json& file) : accounts_(file.value("owners", Json::object())) {}
  std::optional<std::string> account_of(std::string_view dimension,
                                        const std::string& id) const override {
    const std::string account = string_member(accounts_, std::string(dimension) + " " + id);
    return account.empty() ? std::nullopt : std::optional(account);
  }

 private:
  const Json accounts_;
};

Principal principal_of(const Json& file, const Json& one) {
  const Json& first = file.contains("profile") ? file["profile"] : file["profiles"][0];
  Principal who = agent_principal(one.value("agent", first["agent"].get<std::string>()));
  if (one.contains("tenant")) who.tenant = one["tenant"];
  if (one.contains("kind"))
    who.kind = one["kind"] == "person" ? Principal::Kind::Person : Principal::Kind::Automation;
  return who;
}

bool is_covered(const GrantedScope& scope, const std::string& words) {
  const auto parts = split(words, ' ');
  if (parts.size() == 2) return scope.covers(parts[0], parts[1]);
  return scope.covers(parse_backend(parts.at(0)).value(), parts.at(1), parts.at(2));
}

void check_scope(const Json& one, const GrantedScope& scope) {
  for (const Json& words : one.value("covers", Json::array())) {
    INFO("covers " << words);
    CHECK(is_covered(scope, words));
  }
  for (const Json& words : one.value("hides", Json::array())) {
    INFO("hides " << words);
    CHECK_FALSE(is_covered(scope, words));
  }
  for (const Json& backend : one.value("uses", Json::array()))
    CHECK(scope.may_use(parse_backend(backend.get<std::string>()).value()));
  for (const Json& backend : one.value("unused", Json::array()))
    CHECK_FALSE(scope.may_use(parse_backend(backend.get<std::string>()).value()));
}

void check_case(const Json& file, const Json& one, const Policy& policy) {
  const Tool* tool = catalogue().find(one["tool"].get<std::string>());
  REQUIRE(tool != nullptr);
  const Principal who = principal_of(file, one);
  if (one.contains("sees")) CHECK(policy.may_see(who, *tool) == one["sees"].get<bool>());
  if (!one.contains("verdict")) return;

  const TestOwners owners(file);
  const Decision decision = policy.decide(who, *tool, one.value("args", Json::object()), &owners);

  INFO(decision.rule << ": " << decision.reason);
  CHECK(to_string(decision.verdict) == one["verdict"].get<std::string>());
  const std::string rule =
      one.contains("rule") ? "agents/" + who.id + ".yaml grant " + one["rule"].dump() : "";
  CHECK(decision.rule == rule);
  CHECK(decision.reason.find(one.value("near", "")) != std::string::npos);
  CHECK(decision.at_once == one.value("at_once", false));
  check_scope(one, *decision.scope);
}

}  // namespace

TEST_CASE("policy decides as its data say", "[policy][data]") {
  for (const fs::path& path : case_files()) {
    const Json file = read_case_file(path);
    const auto policy = policy_of(file);
    for (const Json& one : file["cases"])
      DYNAMIC_SECTION(path.stem().string() << ": " << one["say"].get<std::string>()) {
        check_case(file, one, *policy);
      }
  }
}

TEST_CASE("every file of policy data has cases", "[policy][data]") {
  const auto files = case_files();
  REQUIRE(files.size() >= 5);
  for (const fs::path& path : files) {
    INFO(path);
    CHECK(read_case_file(path)["cases"].size() >= 3);
  }
}

}  // namespace tier0
