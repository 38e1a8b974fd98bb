#include "tests/fakes/vault_server.h"

#include <algorithm>

namespace tier0::fakes {
namespace {

bool is_below(const std::string& path, const std::string& mount) {
  return path.size() > mount.size() && path.starts_with(mount) && path[mount.size()] == '/';
}

Answer as_answer(const VaultReply& reply) {
  if (reply.body.is_null()) return answer(reply.status, "");
  return answer(reply.status, dump_json(reply.body));
}

}  // namespace

VaultServer::VaultServer(const Clock& clock, std::string only_namespace)
    : namespace_(std::move(only_namespace)), tokens_(clock) {
  server_ = std::make_unique<ScriptedServer>(
      [this](const ReceivedRequest& request) { return answer_to(request); });
}

VaultServer::~VaultServer() {
  server_.reset();
}

void VaultServer::mount(const std::string& path, int version) {
  const MutexLock lock(mutex_);
  engines_.insert_or_assign(path, VaultEngine(version));
}

void VaultServer::mount_other(const std::string& path, const std::string& type) {
  const MutexLock lock(mutex_);
  others_[path] = type;
}

void VaultServer::put(const std::string& name, Json fields) {
  const MutexLock lock(mutex_);
  const std::string mount = mount_of(name);
  engines_.at(mount).put(name.substr(mount.size() + 1), std::move(fields));
}

void VaultServer::remove(const std::string& name) {
  const MutexLock lock(mutex_);
  const std::string mount = mount_of(name);
  engines_.at(mount).remove(name.substr(mount.size() + 1));
}

Json VaultServer::newest(const std::string& name) const {
  const MutexLock lock(mutex_);
  const std::string mount = mount_of(name);
  return engines_.at(mount).newest(name.substr(mount.size() + 1));
}

std::uint64_t VaultServer::count(const std::string& name) const {
  const MutexLock lock(mutex_);
  const std::string mount = mount_of(name);
  return engines_.at(mount).count(name.substr(mount.size() + 1));
}

std::string VaultServer::add_token(VaultGrant grant) {
  const MutexLock lock(mutex_);
  return tokens_.issue(grant);
}

void VaultServer::add_role(const std::string& role_id, const std::string& secret_id,
                           VaultGrant grant) {
  const MutexLock lock(mutex_);
  tokens_.add_role(role_id, secret_id, std::move(grant));
}

void VaultServer::revoke(const std::string& token) {
  const MutexLock lock(mutex_);
  tokens_.revoke(token);
}

void VaultServer::revoke_all() {
  const MutexLock lock(mutex_);
  tokens_.revoke_all();
}

std::size_t VaultServer::live_tokens() const {
  const MutexLock lock(mutex_);
  return tokens_.live();
}

void VaultServer::seal(bool sealed) {
  const MutexLock lock(mutex_);
  sealed_ = sealed;
}

void VaultServer::hide_mounts() {
  const MutexLock lock(mutex_);
  hides_mounts_ = true;
}

void VaultServer::hang() {
  const MutexLock lock(mutex_);
  hangs_ = true;
}

void VaultServer::answer_with(std::optional<Answer> answer) {
  const MutexLock lock(mutex_);
  canned_ = std::move(answer);
}

void VaultServer::before_next_write(std::function<void()> what) {
  const MutexLock lock(mutex_);
  before_write_ = std::move(what);
}

void VaultServer::lose_next_answer() {
  const MutexLock lock(mutex_);
  loses_ = true;
}

std::vector<std::string> VaultServer::log() const {
  const MutexLock lock(mutex_);
  return log_;
}

std::size_t VaultServer::count_requests(const std::string& start) const {
  const MutexLock lock(mutex_);
  return static_cast<std::size_t>(std::count_if(
      log_.begin(), log_.end(), [&](const std::string& line) { return line.starts_with(start); }));
}

Answer VaultServer::answer_to(const ReceivedRequest& request) {
  std::function<void()> before;
  const bool is_write = request.method != "GET" &&
                        request.target.find("/auth/") == std::string::npos &&
                        request.target.find("/sys/") == std::string::npos;
  {
    const MutexLock lock(mutex_);
    if (hangs_) return {.then = Then::Hold};
    if (canned_) return *canned_;
    if (is_write) before.swap(before_write_);
  }
  if (before) before();
  const VaultReply reply = handle(request);
  const MutexLock lock(mutex_);
  log_.push_back(request.method + " " + request.target.substr(4) + " " +
                 std::to_string(reply.status));
  if (is_write && std::exchange(loses_, false)) return {.then = Then::Reset};
  return as_answer(reply);
}

VaultReply VaultServer::handle(const ReceivedRequest& request) {
  const MutexLock lock(mutex_);
  if (!request.target.starts_with("/v1/")) return vault_no_route(request.target);
  const std::string path = request.target.substr(4);
  if (path == "sys/seal-status") {
    if (!request.header("x-vault-namespace").empty())
      return vault_errors(400, {"unsupported path"});
    return {
        .body = {
            {"type", "shamir"}, {"initialized", true}, {"sealed", sealed_}, {"version", "1.15.6"}}};
  }
  if (sealed_) return vault_errors(503, {"Vault is sealed"});
  if (request.header("x-vault-namespace") != namespace_) return vault_no_route(path);
  Json body;
  if (!request.body.empty()) {
    auto parsed = parse_json(request.body);
    if (!parsed || request.header("content-type") != "application/json")
      return vault_errors(400, {"failed to parse JSON input"});
    body = *std::move(parsed);
  } else if (request.method != "GET") {
    return vault_errors(400, {"failed to parse JSON input: unexpected EOF"});
  }
  return route(request.method, path, body, request.header("x-vault-token"));
}

VaultReply VaultServer::route(const std::string& method, const std::string& path, const Json& body,
                              const std::string& token) {
  if (path == "auth/approle/login") return method == "POST" ? tokens_.log_in(body) : vault_denied();
  const VaultGrant* who = tokens_.grant_of(token);
  if (who == nullptr)
    return vault_errors(403, {"2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n"});
  if (path == "auth/token/lookup-self") return tokens_.look_up(token);
  if (path == "auth/token/renew-self") return tokens_.renew(token);
  if (path == "sys/capabilities-self") return capabilities(body, *who);
  constexpr std::string_view kMounts = "sys/internal/ui/mounts/";
  if (path.starts_with(kMounts)) return show_mount(path.substr(kMounts.size()), *who);
  return secret(method, path, body, *who);
}

VaultReply VaultServer::capabilities(const Json& body, const VaultGrant& grant) const {
  const Json* paths = find_member(body, "paths");
  if (paths == nullptr || !paths->is_array()) return vault_errors(400, {"paths must be supplied"});
  Json data = Json::object();
  for (const Json& path : *paths) {
    Json list = Json::array();
    if (grant.policy.empty()) list = {"root"};
    for (const auto& [prefix, capabilities] : grant.policy)
      if (path.get<std::string>().starts_with(prefix)) list = capabilities;
    data[path.get<std::string>()] = list.empty() ? Json{"deny"} : list;
  }
  return vault_data(200, data);
}

VaultReply VaultServer::show_mount(const std::string& path, const VaultGrant& grant) const {
  const std::string mount = mount_of(path);
  const bool knows_any = grant.policy.empty() ||
                         std::any_of(grant.policy.begin(), grant.policy.end(),
                                     [&](const auto& rule) { return is_below(rule.first, mount); });
  if (mount.empty() || !knows_any || hides_mounts_)
    return vault_errors(403, {"preflight capability check returned 403, please ensure client's "
                              "policies grant access to path \"" +
                              path + "/\""});
  const auto engine = engines_.find(mount);
  Json options;
  if (engine != engines_.end()) options = {{"version", std::to_string(engine->second.version())}};
  return vault_data(200, {{"path", mount + "/"},
                          {"type", engine != engines_.end() ? "kv" : others_.at(mount)},
                          {"options", options}});
}

VaultReply VaultServer::secret(const std::string& method, const std::string& path, const Json& body,
                               const VaultGrant& grant) {
  const std::string mount = mount_of(path);
  const auto engine = engines_.find(mount);
  if (method == "GET") {
    if (!vault_allows(grant, path, "read")) return vault_denied();
  } else {
    const std::string rest = mount.empty() ? "" : path.substr(mount.size() + 1);
    const std::string name = rest.starts_with("data/") ? rest.substr(5) : rest;
    const bool is_there = engine != engines_.end() && engine->second.count(name) > 0;
    if (!vault_allows(grant, path, is_there ? "update" : "create")) return vault_denied();
  }
  if (engine == engines_.end()) return vault_no_route(path);
  return engine->second.handle(method, path.substr(mount.size() + 1), body);
}

std::string VaultServer::mount_of(const std::string& path) const {
  for (const auto& [mount, engine] : engines_)
    if (is_below(path, mount)) return mount;
  for (const auto& [mount, type] : others_)
    if (is_below(path, mount)) return mount;
  return {};
}

}  // namespace tier0::fakes
