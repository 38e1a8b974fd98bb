#include "server/cli/session_memory.h"

#include <algorithm>
#include <array>
#include <utility>

#include "server/base/log.h"
#include "server/broker/reply.h"
#include "server/crypto/crypto.h"
#include "server/jsonrpc/frame.h"
#include "server/jsonrpc/message.h"
#include "version.gen.h"

namespace tier0::cli {
namespace {

constexpr std::string_view kMeta = "io.modelcontextprotocol/";

/// Nothing but reading, or the same as having been asked once.
bool may_be_asked_again(std::string_view method) {
  constexpr std::array<std::string_view, 15> kMethods = {"initialize",
                                                         "ping",
                                                         "server/discover",
                                                         "tools/list",
                                                         "resources/list",
                                                         "resources/templates/list",
                                                         "resources/read",
                                                         "resources/subscribe",
                                                         "resources/unsubscribe",
                                                         "prompts/list",
                                                         "prompts/get",
                                                         "completion/complete",
                                                         "logging/setLevel",
                                                         "subscriptions/listen",
                                                         "tasks/get"};
  return std::ranges::find(kMethods, method) != kMethods.end();
}

const Json& params_of(const Json& message) {
  static const Json kNone = Json::object();
  const Json* params = find_member(message, "params");
  return params != nullptr ? *params : kNone;
}

/// A member that the newest revision keeps in `_meta`.
const Json* meta_of(const Json& params, std::string_view name) {
  const Json* meta = find_member(params, "_meta");
  return meta == nullptr ? nullptr : find_member(*meta, std::string(kMeta) + std::string(name));
}

std::string id_of(const Json& message) {
  const Json* id = find_member(message, "id");
  return id == nullptr ? std::string() : dump_json(*id);
}

/// Calls `keep` for each message of a line, leaves out those it refuses and writes the line anew
/// where it changed one. Nothing where none is left; a line that is no JSON stays as it is.
template <class Keep>
std::optional<std::string> pass(std::string line, Keep keep) {
  auto json = parse_json(line);
  if (!json) return line;
  bool is_changed = false;
  if (!json->is_array()) {
    if (!keep(*json, is_changed)) return std::nullopt;
    return is_changed ? dump_json(*json) : std::move(line);
  }
  Json kept = Json::array();
  for (Json& message : *json)
    if (keep(message, is_changed)) kept.push_back(std::move(message));
  if (kept.empty() && !json->empty()) return std::nullopt;
  return is_changed || kept.size() < json->size() ? dump_json(kept) : std::move(line);
}

Error lost(std::optional<Effect> effect) {
  if (effect == Effect::Read)
    return {.code = Code::Upstream,
            .message = "the server ended before it answered; this call only reads",
            .hint = "Call it again: another server has taken over."};
  return {.code = Code::TimeoutUnknown,
          .message = "the server ended before it answered: the call may have happened",
          .hint =
              "Read the current state before anything else; do not repeat the call blindly. "
              "`tier0 audit list` shows what was begun."};
}

}  // namespace

std::optional<std::string> SessionMemory::to_server(const std::string& line) {
  return pass(line, [this](Json& message, bool& is_changed) {
    const bool is_response = find_member(message, "method") == nullptr &&
                             (message.contains("result") || message.contains("error"));
    return !is_response || accept_response(message, is_changed);
  });
}

bool SessionMemory::accept_response(Json& message, bool& is_changed) {
  if (generation_ > 0) {
    const std::string id = string_member(message, "id");
    if (!id.starts_with(mark())) return false;
    auto original = parse_json(id.substr(mark().size()));
    if (!original) return false;
    message["id"] = *std::move(original);
    is_changed = true;
  }
  asked_.erase(id_of(message));
  return true;
}

void SessionMemory::taken(const std::string& line) {
  const auto json = parse_json(line);
  if (!json) return;
  if (!json->is_array()) return note(*json, line);
  for (const Json& message : *json) note(message, dump_json(message));
}

void SessionMemory::note(const Json& message, const std::string& line) {
  const std::string method = string_member(message, "method");
  if (method.empty()) return;
  const Json& params = params_of(message);
  if (find_member(message, "id") == nullptr) {
    if (method == "notifications/initialized") greeted_ = line;
    if (method == "notifications/cancelled")
      if (const Json* id = find_member(params, "requestId")) open_.erase(dump_json(*id));
    return;
  }
  const auto [at, is_new] = open_.try_emplace(id_of(message));
  Open& open = at->second;
  ++open.times;
  if (!is_new) return;
  open.order = ++order_;
  open.method = method;
  open.is_modern = meta_of(params, "protocolVersion") != nullptr;
  if (method == "tools/call") open.tool = string_member(params, "name");
  if (may_be_asked_again(method)) open.line = line;
  note_setting(method, params, line);
}

void SessionMemory::note_setting(const std::string& method, const Json& params,
                                 const std::string& line) {
  const std::string uri = string_member(params, "uri");
  if (method == "logging/setLevel") settings_["level"] = line;
  if (method == "resources/subscribe") settings_["watch " + uri] = line;
  if (method == "resources/unsubscribe") settings_.erase("watch " + uri);
}

std::optional<std::string> SessionMemory::to_client(std::string line) {
  has_heard_ = true;
  return pass(std::move(line), [this](Json& message, bool& is_changed) {
    const bool is_response = find_member(message, "method") == nullptr;
    if (is_response) return deliver_answer(message);
    if (find_member(message, "id") == nullptr) return deliver_notification(message, is_changed);
    deliver_question(message, is_changed);
    return true;
  });
}

bool SessionMemory::deliver_answer(const Json& message) {
  const auto found = open_.find(id_of(message));
  if (found == open_.end()) return true;
  const bool is_replay = found->second.is_replay;
  if (!is_replay && found->second.method == "initialize" && message.contains("result"))
    greeting_ = std::move(found->second.line);
  open_.erase(found);
  return !is_replay;
}

bool SessionMemory::deliver_notification(Json& message, bool& is_changed) {
  const std::string method = string_member(message, "method");
  if (method == "notifications/subscriptions/acknowledged") {
    const Json* id = meta_of(params_of(message), "subscriptionId");
    const auto listen = id == nullptr ? open_.end() : open_.find(dump_json(*id));
    return listen == open_.end() || !std::exchange(listen->second.was_acknowledged, true);
  }
  if (method != "notifications/cancelled") return true;
  const Json* id = find_member(params_of(message), "requestId");
  const auto question = id == nullptr ? asked_.end() : asked_.find(dump_json(*id));
  if (question == asked_.end()) return true;
  message["params"]["requestId"] = question->second;
  is_changed = true;
  asked_.erase(question);
  return true;
}

void SessionMemory::deliver_question(Json& message, bool& is_changed) {
  const std::string id = id_of(message);
  if (generation_ > 0) {
    message["id"] = mark() + id;
    is_changed = true;
  }
  asked_[id] = message["id"];
}

SessionMemory::Loss SessionMemory::lose_server() {
  ++generation_;
  has_heard_ = false;
  Loss loss;
  for (const auto& [id, shown] : std::exchange(asked_, {}))
    loss.to_client.push_back(jsonrpc::notification_frame(
        "notifications/cancelled",
        dump_json({{"requestId", shown}, {"reason", "the server that asked has ended"}})));
  std::erase_if(open_, [](const auto& each) { return each.second.is_replay; });
  std::vector<std::map<std::string, Open>::iterator> waiting;
  for (auto at = open_.begin(); at != open_.end(); ++at) waiting.push_back(at);
  std::ranges::sort(waiting, {}, [](const auto& at) { return at->second.order; });
  replay_session(loss);
  for (const auto& at : waiting) {
    if (!at->second.line.empty() && at->second.times < 2) {
      loss.to_server.push_back(at->second.line);
      continue;
    }
    loss.to_client.push_back(answer_to_lost(*parse_json(at->first), at->second));
    open_.erase(at);
  }
  return loss;
}

void SessionMemory::replay_session(Loss& loss) {
  const auto replay = [&](const std::string& line) {
    const std::string id = id_of(*parse_json(line));
    if (open_.contains(id)) return;  // asked again with the rest
    open_[id] = {.line = line, .is_replay = true};
    loss.to_server.push_back(line);
  };
  if (greeting_.empty()) return;
  replay(greeting_);
  if (!greeted_.empty()) loss.to_server.push_back(greeted_);
  for (const auto& [what, line] : settings_) replay(line);
}

std::string SessionMemory::answer_to_lost(const Json& id, const Open& open) const {
  const bool is_call = open.method == "tools/call";
  // What is no tools/call and yet not asked again may have changed something, or fails each time.
  const Error error = lost(is_call ? effect_of_(open.tool) : std::nullopt);
  const Reply reply{error, {crypto::random_id()}};
  log::warn("a request was lost with its server",
            {{"method", open.method}, {"tool", open.tool}, {"call", reply.call.value}});
  Json object = result_object(reply);
  if (!is_call)
    return jsonrpc::error_frame(
        id, {.code = jsonrpc::kInternalError, .message = error.message, .data = std::move(object)});
  Json result = {{"content", Json::array({{{"type", "text"}, {"text", result_text(object)}}})},
                 {"structuredContent", std::move(object)},
                 {"isError", true}};
  if (open.is_modern) {
    result["resultType"] = "complete";
    result["_meta"] = {
        {std::string(kMeta) + "serverInfo", {{"name", "tier0"}, {"version", kVersion}}}};
  }
  return jsonrpc::result_frame(id, dump_json(result));
}

bool SessionMemory::is_waiting() const {
  return std::ranges::any_of(open_, [](const auto& each) { return !each.second.is_replay; });
}

}  // namespace tier0::cli
