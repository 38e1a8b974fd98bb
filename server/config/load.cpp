#include "server/config/load.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "embedded/config_schemas.gen.h"
#include "embedded/sandbox_agents.gen.h"
#include "server/base/text.h"
#include "server/config/files.h"
#include "server/config/read_config.h"
#include "server/config/yaml.h"
#include "server/crypto/crypto.h"

namespace tier0::config {
namespace {

namespace fs = std::filesystem;

/// A text and what to call it.
struct Source {
  std::string file;  // as it is opened
  std::string name;  // beside tier0.yaml
  std::string text;
};

struct Sources {
  std::string file;
  Source main;
  std::vector<Source> agents = {};
  std::vector<Source> tenants = {};
};

Result<Schema> schema(std::string_view name) {
  for (const EmbeddedFile& file : embedded::config_schemas()) {
    if (!file.path.ends_with(name)) continue;
    T0_TRY(Json definition, parse_json(file.bytes));
    return Schema::compile(std::move(definition));
  }
  return Error{.code = Code::Internal, .message = "no schema " + std::string(name)};
}

/// Parses each source; faults of one do not hide those of the next.
Result<std::vector<Document>> parse_all(const std::vector<Source>& sources,
                                        std::string_view schema_name, std::vector<Detail>& faults) {
  T0_TRY(const Schema checked_by, schema(schema_name));
  std::vector<Document> documents;
  for (const Source& source : sources) {
    auto document = parse_yaml(source.text, source.file, checked_by);
    if (document) {
      document->name = source.name;
      documents.push_back(*std::move(document));
    } else {
      const auto& details = document.error().details;
      faults.insert(faults.end(), details.begin(), details.end());
    }
  }
  return documents;
}

Result<std::vector<Source>> read_folder(const fs::path& root, const char* folder) {
  T0_TRY(const std::vector<fs::path> files, yaml_files(root / folder));
  std::vector<Source> sources;
  for (const fs::path& file : files) {
    T0_TRY(std::string text, read_file(file));
    sources.push_back(
        {file.string(), (fs::path(folder) / file.filename()).string(), std::move(text)});
  }
  return sources;
}

std::string digest_of(const Document& main, const std::vector<Document>& agents,
                      const std::vector<Document>& tenants) {
  Json all = {{"tier0", main.value}};
  for (const Document& agent : agents) all["agents"][agent.name] = agent.value;
  for (const Document& tenant : tenants) all["tenants"][tenant.name] = tenant.value;
  return crypto::sha256_hex(dump_json(all));
}

void add_tenants(const std::vector<Document>& documents, Loaded& loaded,
                 std::vector<Detail>& faults) {
  for (const Document& document : documents) {
    TenantConfig tenant = read_tenant(document, loaded.config, faults);
    if (std::ranges::find(loaded.tenants, tenant.tenant, &TenantConfig::tenant) !=
        loaded.tenants.end())
      faults.push_back(
          {document.at("/tenant"), "the tenant \"" + tenant.tenant + "\" is there already"});
    loaded.tenants.push_back(std::move(tenant));
  }
}

Result<Loaded> assemble(const Sources& sources) {
  std::vector<Detail> faults;
  T0_TRY(std::vector<Document> main, parse_all({sources.main}, "tier0.schema.json", faults));
  T0_TRY(std::vector<Document> agents, parse_all(sources.agents, "agent.schema.json", faults));
  T0_TRY(std::vector<Document> tenants, parse_all(sources.tenants, "tenant.schema.json", faults));
  if (!faults.empty()) return refuse(std::move(faults));
  Loaded loaded{.file = sources.file};
  loaded.config = read_config(main.front(), faults);
  for (const auto& [name, host] : loaded.config.ssh.hosts) loaded.host_ids[name] = host.vps.value;
  for (const auto& [name, account] : loaded.config.accounts) loaded.account_names.insert(name);
  add_tenants(tenants, loaded, faults);
  if (!faults.empty()) return refuse(std::move(faults));
  loaded.digest = digest_of(main.front(), agents, tenants);
  loaded.agents = std::move(agents);
  return loaded;
}

std::vector<fs::path> search_path() {
  std::vector<fs::path> places = {"tier0.yaml"};
  const char* config_home = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  if (config_home != nullptr && *config_home == '/')
    places.push_back(fs::path(config_home) / "tier0" / "tier0.yaml");
  else if (home != nullptr && *home == '/')
    places.push_back(fs::path(home) / ".config" / "tier0" / "tier0.yaml");
  places.emplace_back("/etc/tier0/tier0.yaml");
  return places;
}

Error nowhere(const std::vector<fs::path>& places) {
  std::vector<std::string> names;
  for (const fs::path& place : places) names.push_back(place.string());
  return {.code = Code::NotConfigured,
          .message = "there is no configuration: looked for " + join(names, ", "),
          .hint = "Run `tier0 init`, name one with --config, or try --sandbox, which needs none."};
}

}  // namespace

Result<fs::path> find(const std::optional<fs::path>& given) {
  const std::vector<fs::path> places = given ? std::vector{*given} : search_path();
  for (const fs::path& place : places) {
    std::error_code error;
    if (fs::exists(place, error)) return place;
  }
  return nowhere(places);
}

Result<Loaded> load(const fs::path& file) {
  T0_TRY(std::string text, read_file(file));
  const fs::path root = file.parent_path();
  Sources sources{.file = file.string(), .main = {file.string(), "tier0.yaml", std::move(text)}};
  T0_TRY(sources.agents, read_folder(root, "agents"));
  T0_TRY(sources.tenants, read_folder(root, "tenants"));
  return assemble(sources);
}

Result<Loaded> load_sandbox() {
  Sources sources{.file = "", .main = {"(built in)", "tier0.yaml", ""}};
  for (const EmbeddedFile& file : embedded::sandbox_agents()) {
    const std::string name = "agents/" + fs::path(file.path).filename().string();
    sources.agents.push_back({name, name, std::string(file.bytes)});
  }
  return assemble(sources);
}

Result<std::shared_ptr<const Policy>> make_policy(const Loaded& loaded, const Registry& registry,
                                                  std::uint64_t generation) {
  PolicyInput input{.profiles = loaded.agents,
                    .registry = registry,
                    .hosts = loaded.host_ids,
                    .accounts = loaded.account_names};
  for (const TenantConfig& tenant : loaded.tenants)
    input.tenants[tenant.tenant] = {{tenant.vps.begin(), tenant.vps.end()},
                                    {tenant.domains.begin(), tenant.domains.end()}};
  input.people.unix_users = loaded.config.people;
  input.people.server_uid = geteuid();
  input.generation = generation;
  return Policy::parse(input);
}

Result<Loaded> reload(const fs::path& file, const Registry& registry, PolicyBox& box) {
  T0_TRY(Loaded loaded, load(file));
  T0_TRY(auto policy, make_policy(loaded, registry, box.snapshot()->generation() + 1));
  box.replace(std::move(policy));
  return loaded;
}

}  // namespace tier0::config
