#include "tests/crash/crash_rig.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>

namespace tier0 {
namespace {

constexpr const char* kAgent =
    "agent: night\ngrants:\n  - tools: [\"*\"]\n"
    "    effects: {read: allow, write: allow, destructive: allow}\n";

Json call_tool(int id, const char* tool, const Json& arguments) {
  return modern_request(id, "tools/call", {{"name", tool}, {"arguments", arguments}});
}

bool is_plan(const Json& reply) {
  return reply.contains("plan_id") && reply["data"].is_object() &&
         reply["data"].contains("state_digest");
}

bool still_runs(const Json& reply) {
  return reply["ok"] == true && reply.contains("operation_id") && reply["changed"].is_null();
}

/// Types and comments: the keys themselves are made anew by each run of a rotation.
Json keys_of(const Json& disk) {
  Json keys = Json::object();
  for (const auto& [path, file] : disk["files"].items()) {
    if (!path.ends_with("/authorized_keys")) continue;
    const auto content = file["content"].get<std::string>();
    keys[path] = Json::array();
    for (std::size_t begin = 0; begin < content.size();) {
      const std::size_t end = std::min(content.find('\n', begin), content.size());
      const std::string line = content.substr(begin, end - begin);
      keys[path].push_back(line.substr(line.rfind(' ') + 1));
      begin = end + 1;
    }
  }
  return keys;
}

/// Which fields the newest version of the deploy key has, and whose the public ones are.
Json stored_keys_in(const std::filesystem::path& file) {
  std::ifstream in(file);
  const Json documents = Json::parse(in);
  Json stored = Json::object();
  for (const auto& [name, field] : documents["smarteros/ssh/deploy"].back()["fields"].items()) {
    const auto text = field.get<std::string>();
    stored[name] = text.starts_with("ssh-ed25519 ") ? text.substr(text.rfind(' ') + 1) : "";
  }
  return stored;
}

Json operations_in(const std::string& state) {
  const auto listed =
      parse_json(run_to_end({"operations", "list", "--json", "--state", state}).out);
  REQUIRE(listed);
  Json operations = Json::array();
  for (const Json& item : listed->at("items"))
    operations.push_back({{"tool", item["tool"]}, {"status", item["status"]}});
  return operations;
}

Json rules_of(Json rules) {
  for (Json& rule : rules) rule.erase("id");
  return rules;
}

}  // namespace

/// One state directory and what the agent remembers.
struct CrashRig::Scene {
  TempFolder state;
  std::string plan_id = {};
};

CrashRig::CrashRig(const Rehearsed& rehearsed)
    : rehearsed_(rehearsed), provider_(rehearsed.fixture) {
  std::filesystem::create_directory(folder_ / "agents");
  std::ofstream(folder_ / "agents" / "night.yaml") << kAgent;
  std::ofstream(folder_ / "tier0.yaml") << "toolsets: [all]\n" << rehearsed.configuration;
  Json hosts = Json::object();
  for (const auto& [vps, host] : provider_.hosts().items()) {
    hosts["host-" + vps] = host;
    hosts["host-" + vps]["vps"] = vps;
  }
  std::ofstream(folder_ / "hosts.json") << dump_json(hosts);
  // The first look makes the key that every run then begins with.
  const Scene scene;
  run_to_end({"doctor", "--sandbox", "--state", scene.state.path()});
  std::filesystem::copy(scene.state / "sandbox-keys.json", folder_ / "keys.json");
  std::ifstream keys(folder_ / "keys.json");
  const Json documents = Json::parse(keys);
  provider_.let_in(documents["smarteros/ssh/deploy"].back()["fields"]["public_key"]);
  arguments_ = rehearsed_.arguments(provider_);
  first_ = provider_.control("GET", "fixture");
}

Running CrashRig::start(const Scene& scene, const std::string& place) const {
  std::vector<std::string> environment = {"TIER0_HOSTINGER_URL=" + provider_.api(),
                                          "TIER0_HOSTINGER_TOKEN=" + provider_.token(),
                                          "TIER0_SSH_HOSTS=" + (folder_ / "hosts.json").string()};
  if (!place.empty()) environment.push_back("TIER0_CRASH_AT=" + place);
  return Running({"serve", "--stdio", "--sandbox", "--agent", "night", "--time-scale", "1000",
                  "--config", folder_ / "tier0.yaml", "--state", scene.state.path()},
                 environment);
}

std::optional<Json> CrashRig::ask(Scene& scene, Running& server) const {
  Json arguments = arguments_;
  arguments["idempotency_key"] = "the-only-call";
  for (int id = 1;; ++id) {
    if (!scene.plan_id.empty()) arguments["plan_id"] = scene.plan_id;
    server.send(call_tool(id, rehearsed_.tool, arguments));
    const auto answer = server.answer_or_end(id);
    if (!answer) return std::nullopt;
    INFO(*answer);
    const Json reply = answer->at("result").at("structuredContent");
    if (still_runs(reply)) return wait_for(server, reply["operation_id"]);
    if (!scene.plan_id.empty() || !is_plan(reply)) return reply;
    scene.plan_id = reply["plan_id"];
  }
}

std::optional<Json> CrashRig::wait_for(Running& server, const std::string& operation) {
  constexpr int kFirstId = 1000;
  for (int id = kFirstId;; ++id) {
    server.send(call_tool(id, "wait-for-operation", {{"operation_id", operation}}));
    const auto answer = server.answer_or_end(id);
    if (!answer) return std::nullopt;
    const Json reply = answer->at("result").at("structuredContent");
    if (!still_runs(reply)) return reply;
  }
}

bool CrashRig::can_log_in(Running& server) const {
  int id = 100;
  for (const auto& [vps, host] : provider_.hosts().items()) {
    server.send(call_tool(++id, "run-diagnostic", {{"vps", vps}, {"probe", "uptime"}}));
    if (server.answer_to(id)["result"]["structuredContent"]["ok"] != true) return false;
  }
  return true;
}

Json CrashRig::world() {
  const Json account = provider_.control("GET", "fixture")["accounts"][0];
  Json machines = Json::array();
  for (const Json& machine : account["vms"])
    machines.push_back({{"id", machine["id"]},
                        {"state", machine["state"]},
                        {"firewall", machine["firewall"]},
                        {"rules", rules_of(machine["active_rules"])},
                        {"has_snapshot", !machine["snapshot"].is_null()},
                        {"keys", keys_of(machine["disk"])}});
  Json firewalls = Json::array();
  for (const Json& firewall : account["firewalls"])
    firewalls.push_back({{"name", firewall["name"]}, {"rules", rules_of(firewall["rules"])}});
  Json registered = Json::array();
  for (const Json& key : account["keys"]) registered.push_back(key["name"]);
  return {{"machines", std::move(machines)},
          {"firewalls", std::move(firewalls)},
          {"registered", std::move(registered)}};
}

Ending CrashRig::run(const std::vector<std::string>& places,
                     const std::function<void(const std::filesystem::path&)>& after_kill) {
  provider_.control("POST", "fixture", first_);
  if (!rehearsed_.fault.is_null()) provider_.control("POST", "faults", rehearsed_.fault);
  Scene scene;
  std::filesystem::copy(folder_ / "keys.json", scene.state / "sandbox-keys.json");
  Ending ending;
  std::optional<Json> reply;
  for (const std::string& place : places) {
    Running server = start(scene, place);
    reply = ask(scene, server);
    if (reply) break;
    REQUIRE(server.wait() == -SIGKILL);
    if (after_kill) after_kill(scene.state.path());
    ++ending.kills;
  }
  {
    Running server = start(scene, "");
    if (!reply) reply = ask(scene, server);
    REQUIRE(reply);
    provider_.control("POST", "clock", {{"settle", true}});
    ending.lets_us_in = can_log_in(server);
    server.close_input();
    REQUIRE(server.wait() == 0);
  }
  ending.reply = *reply;
  ending.world = world();
  ending.world["store"] = stored_keys_in(scene.state / "sandbox-keys.json");
  ending.effects = provider_.effects();
  if (rehearsed_.may_repeat != nullptr)
    std::erase_if(ending.effects, [this](const std::string& effect) {
      return effect.ends_with(rehearsed_.may_repeat);
    });
  const std::string state = scene.state.path();
  ending.is_audit_whole = run_to_end({"audit", "verify", "--state", state}).exit_code == 0;
  ending.operations = operations_in(state);
  return ending;
}

}  // namespace tier0
