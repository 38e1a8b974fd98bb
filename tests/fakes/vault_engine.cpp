#include "tests/fakes/vault_engine.h"

namespace tier0::fakes {

VaultReply vault_errors(int status, std::vector<std::string> errors) {
  return {.status = status, .body = {{"errors", std::move(errors)}}};
}

VaultReply vault_data(int status, Json data, std::vector<std::string> warnings) {
  return {.status = status,
          .body = {{"request_id", "1b2c3d4e-0000-4000-8000-000000000000"},
                   {"lease_id", ""},
                   {"renewable", false},
                   {"lease_duration", 0},
                   {"data", std::move(data)},
                   {"wrap_info", nullptr},
                   {"warnings", warnings.empty() ? Json() : Json(std::move(warnings))},
                   {"auth", nullptr}}};
}

Json VaultEngine::metadata(std::uint64_t version, bool deleted) {
  return {{"version", version},
          {"created_time", "2026-11-22T05:00:00.000000000Z"},
          {"custom_metadata", nullptr},
          {"deletion_time", deleted ? "2026-11-22T06:00:00.000000000Z" : ""},
          {"destroyed", false}};
}

VaultReply VaultEngine::handle(const std::string& method, const std::string& rest,
                               const Json& body) {
  if (version_ == 1) return handle_first(method, rest, body);
  const std::string prefix = "data/";
  if (!rest.starts_with(prefix))
    return vault_data(404, nullptr,
                      {"Invalid path for a versioned K/V secrets engine. See the API docs for the "
                       "appropriate API endpoints to use."});
  const std::string name = rest.substr(prefix.size());
  if (method == "GET") return read_second(name);
  if (method == "POST" || method == "PUT") return write_second(name, body);
  return vault_errors(405, {"unsupported operation"});
}

VaultReply VaultEngine::handle_first(const std::string& method, const std::string& name,
                                     const Json& body) {
  if (method == "POST" || method == "PUT") {
    if (!body.is_object() || body.empty()) return vault_errors(400, {"missing data fields"});
    put(name, body);
    return {.status = 204};
  }
  const Json fields = newest(name);
  if (fields.is_null()) return vault_errors(404, {});
  VaultReply reply = vault_data(200, fields);
  reply.body["lease_duration"] = 2'764'800;
  return reply;
}

VaultReply VaultEngine::read_second(const std::string& name) const {
  const auto found = secrets_.find(name);
  if (found == secrets_.end()) return vault_errors(404, {});
  const Entry& entry = found->second.back();
  const Json known = metadata(found->second.size(), entry.deleted);
  if (entry.deleted) return vault_data(404, {{"data", nullptr}, {"metadata", known}});
  return vault_data(200, {{"data", entry.fields}, {"metadata", known}});
}

VaultReply VaultEngine::write_second(const std::string& name, const Json& body) {
  const Json* data = find_member(body, "data");
  const Json* options = find_member(body, "options");
  if (data == nullptr || !data->is_object()) return vault_errors(400, {"no data provided"});
  // A writer that leaves cas out would overwrite what others wrote; ours never may.
  const Json* cas = options == nullptr ? nullptr : find_member(*options, "cas");
  if (cas == nullptr) return vault_errors(400, {"check-and-set parameter required for this call"});
  if (!cas->is_number_unsigned())
    return vault_errors(400, {"error parsing check-and-set parameter"});
  if (cas->get<std::uint64_t>() != count(name))
    return vault_errors(400, {"check-and-set parameter did not match the current version"});
  put(name, *data);
  return vault_data(200, metadata(count(name), false));
}

void VaultEngine::put(const std::string& name, Json fields) {
  std::vector<Entry>& versions = secrets_[name];
  if (version_ == 1) versions.clear();
  versions.push_back({.fields = std::move(fields)});
}

void VaultEngine::remove(const std::string& name) {
  if (version_ == 1)
    secrets_.erase(name);
  else
    secrets_.at(name).back().deleted = true;
}

Json VaultEngine::newest(const std::string& name) const {
  const auto found = secrets_.find(name);
  return found == secrets_.end() || found->second.back().deleted ? Json()
                                                                 : found->second.back().fields;
}

std::uint64_t VaultEngine::count(const std::string& name) const {
  const auto found = secrets_.find(name);
  return found == secrets_.end() ? 0 : found->second.size();
}

}  // namespace tier0::fakes
