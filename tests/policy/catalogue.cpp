#include "tests/policy/catalogue.h"

#include <fstream>
#include <sstream>

namespace tier0 {
namespace {

struct Target {
  const char* dimension;
  const char* argument;
  bool several = false;
};

struct CatalogueRow {
  const char* name;
  const char* effect;
  std::vector<const char*> backends;
  std::vector<Target> targets;
  const char* toolset = "vps";
};

const std::vector<CatalogueRow>& rows() {
  static const std::vector<CatalogueRow> kRows = {
      {"list-vps", "read", {"hostinger"}, {}, "core"},
      {"get-vps", "read", {"hostinger", "ssh"}, {{"vps", "vps"}}, "core"},
      {"run-diagnostic", "read", {"ssh"}, {{"vps", "vps"}}},
      {"get-dns", "read", {"hostinger"}, {{"domain", "domain"}}, "dns"},
      {"list-tenants", "read", {"local"}, {{"tenant", "tenant"}}},
      {"start-vps", "write", {"hostinger"}, {{"vps", "vps"}}, "core"},
      {"save-tenant", "write", {"local"}, {{"tenant", "tenant"}}},
      {"grant-key", "write", {"hostinger", "ssh"}, {{"vps", "hosts", true}, {"tenant", "tenant"}}},
      {"reboot-vps", "destructive", {"hostinger", "ssh"}, {{"vps", "vps"}}},
      {"rotate-keys", "destructive", {"hostinger", "ssh"}, {{"vps", "hosts", true}}},
      {"set-dns", "destructive", {"hostinger"}, {{"domain", "domain"}}, "dns"},
      {"ssh-exec", "destructive", {"ssh"}, {{"vps", "vps"}}, "ssh"},
      {"purchase-vps", "spend", {"hostinger"}, {{"account", "account"}}},
  };
  return kRows;
}

Json property(bool several) {
  if (!several) return {{"type", "string"}, {"description", "Text."}};
  return {{"type", "array"}, {"description", "Texts."}, {"items", {{"type", "string"}}}};
}

Json descriptor(const CatalogueRow& row) {
  Json result = sample_descriptor(row.effect);
  result["backends"] = row.backends;
  result["toolsets"] = {row.toolset};
  result["targets"] = Json::array();
  result["inputSchema"]["required"] = Json::array();
  Json& properties = result["inputSchema"]["properties"];
  properties.erase("vps");
  for (const Target& target : row.targets) {
    result["targets"].push_back({{"dimension", target.dimension}, {"argument", target.argument}});
    properties[target.argument] = property(target.several);
  }
  if (std::string(row.name) != "ssh-exec") return result;
  properties["argv"] = property(true);
  for (const char* name : {"stdin", "cwd", "environment"}) properties[name] = property(false);
  return result;
}

Registry build_catalogue() {
  SampleTools tools;
  for (const CatalogueRow& row : rows()) tools.add(row.name, descriptor(row));
  return tools.build().value();
}

Schema agent_schema() {
  std::ifstream in(std::string(TIER0_SOURCE_DIR) + "/schemas/config/agent.schema.json");
  std::ostringstream text;
  text << in.rdbuf();
  return Schema::compile(parse_json(text.str()).value()).value();
}

}  // namespace

const Registry& catalogue() {
  static const Registry kCatalogue = build_catalogue();
  return kCatalogue;
}

Result<std::shared_ptr<const Policy>> make_test_policy(const PolicySetup& setup) {
  std::vector<Document> documents;
  for (const Json& profile : setup.profiles) {
    const std::string name = "agents/" + profile["agent"].get<std::string>() + ".yaml";
    T0_TRY(Json checked, agent_schema().check(profile));
    documents.push_back({.file = name, .name = name, .value = std::move(checked)});
  }
  return Policy::parse({.profiles = documents,
                        .registry = catalogue(),
                        .hosts = setup.hosts,
                        .accounts = setup.accounts,
                        .tenants = setup.tenants,
                        .people = setup.people,
                        .generation = setup.generation});
}

}  // namespace tier0
