#include "server/cli/session_memory.h"

#include <algorithm>
#include <utility>

namespace tier0::cli {
namespace {

constexpr std::size_t kLargest = std::size_t{64} * 1024 * 1024;  // of an answer

std::string id_of(const Json& message) {
  const Json* id = find_member(message, "id");
  return id == nullptr ? std::string() : dump_json(*id);
}

/// Calls `keep` for each message of a line, leaves out those it refuses and writes the line anew
/// where it changed one. Nothing where none is left; a line that is no JSON stays as it is.
template <class Keep>
std::optional<std::string> pass(std::string line, Keep keep) {
  auto json = parse_json(line, {.bytes = kLargest});
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

}  // namespace

std::optional<std::string> SessionMemory::to_server(const std::string& line) {
  return pass(line, [this](Json& message, bool& is_changed) {
    const bool is_response = find_member(message, "method") == nullptr &&
                             (message.contains("result") || message.contains("error"));
    if (!is_response) return true;
    const Questions::Fit fit = questions_.fit(message);
    is_changed = is_changed || fit == Questions::Fit::Changed;
    return fit != Questions::Fit::None;
  });
}

void SessionMemory::taken(const std::string& line) {
  const auto json = parse_json(line);
  if (!json) return;
  if (!json->is_array()) return note(*json, line);
  for (const Json& message : *json) note(message, dump_json(message));
}

void SessionMemory::note(const Json& message, const std::string& line) {
  auto asked = asked_in(message);
  if (!asked) {
    const std::string method = string_member(message, "method");
    const Json* params = find_member(message, "params");
    if (method == "notifications/initialized") greeted_ = line;
    if (method == "notifications/cancelled" && params != nullptr)
      if (const Json* id = find_member(*params, "requestId")) open_.erase(dump_json(*id));
    return;
  }
  const auto [at, is_new] = open_.try_emplace(dump_json(asked->id));
  Open& open = at->second;
  ++open.times;
  if (!is_new) return;
  note_setting(*asked, message, line);
  open.order = ++order_;
  if (may_be_asked_again(asked->method)) open.line = line;
  open.asked = *std::move(asked);
}

void SessionMemory::note_setting(const Asked& asked, const Json& message, const std::string& line) {
  if (asked.method == "logging/setLevel") settings_["level"] = line;
  if (!asked.method.starts_with("resources/")) return;
  const std::string uri = string_member(message.value("params", Json::object()), "uri");
  if (asked.method == "resources/subscribe") settings_["watch " + uri] = line;
  if (asked.method == "resources/unsubscribe") settings_.erase("watch " + uri);
}

std::optional<std::string> SessionMemory::to_client(std::string line) {
  has_heard_ = true;
  return pass(std::move(line),
              [this](Json& message, bool& is_changed) { return deliver(message, is_changed); });
}

bool SessionMemory::deliver(Json& message, bool& is_changed) {
  if (find_member(message, "method") == nullptr) return deliver_answer(message);
  if (find_member(message, "id") == nullptr) return deliver_notification(message, is_changed);
  is_changed = questions_.show(message) || is_changed;
  return true;
}

bool SessionMemory::deliver_answer(const Json& message) {
  const auto found = open_.find(id_of(message));
  if (found == open_.end()) return true;
  const bool is_replay = found->second.is_replay;
  if (!is_replay && found->second.asked.method == "initialize" && message.contains("result"))
    greeting_ = std::move(found->second.line);
  open_.erase(found);
  return !is_replay;
}

bool SessionMemory::deliver_notification(Json& message, bool& is_changed) {
  const std::string method = string_member(message, "method");
  if (method == "notifications/cancelled") is_changed = questions_.withdraw(message) || is_changed;
  if (method != "notifications/subscriptions/acknowledged") return true;
  const Json* params = find_member(message, "params");
  const Json* id = params == nullptr ? nullptr : meta_member(*params, "subscriptionId");
  const auto listen = id == nullptr ? open_.end() : open_.find(dump_json(*id));
  return listen == open_.end() || !std::exchange(listen->second.was_acknowledged, true);
}

SessionMemory::Loss SessionMemory::lose_server() {
  has_heard_ = false;
  Loss loss{.to_client = questions_.next_server(), .to_server = {}};
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
    loss.to_client.push_back(lost_answer(at->second.asked, effect_of_));
    open_.erase(at);
  }
  return loss;
}

void SessionMemory::replay_session(Loss& loss) {
  const auto replay = [&](const std::string& line) {
    const std::string id = id_of(*parse_json(line));
    if (open_.contains(id)) return;  // asked again with the rest
    open_[id] = {.asked = {}, .line = line, .is_replay = true};
    loss.to_server.push_back(line);
  };
  if (greeting_.empty()) return;
  replay(greeting_);
  if (!greeted_.empty()) loss.to_server.push_back(greeted_);
  for (const auto& [what, line] : settings_) replay(line);
}

bool SessionMemory::is_waiting() const {
  return std::ranges::any_of(open_, [](const auto& each) { return !each.second.is_replay; });
}

}  // namespace tier0::cli
