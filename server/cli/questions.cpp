#include "server/cli/questions.h"

#include <utility>

#include "server/jsonrpc/frame.h"

namespace tier0::cli {

bool Questions::show(Json& question) {
  const std::string id = dump_json(question["id"]);
  if (servers_before_ > 0) question["id"] = mark() + id;
  open_[id] = question["id"];
  return servers_before_ > 0;
}

bool Questions::withdraw(Json& notification) {
  const Json* params = find_member(notification, "params");
  const Json* id = params == nullptr ? nullptr : find_member(*params, "requestId");
  const auto question = id == nullptr ? open_.end() : open_.find(dump_json(*id));
  if (question == open_.end()) return false;
  notification["params"]["requestId"] = std::move(question->second);
  open_.erase(question);
  return servers_before_ > 0;
}

Questions::Fit Questions::fit(Json& response) {
  if (servers_before_ > 0) {
    const std::string id = string_member(response, "id");
    if (!id.starts_with(mark())) return Fit::None;
    auto original = parse_json(id.substr(mark().size()));
    if (!original) return Fit::None;
    response["id"] = *std::move(original);
  }
  if (const Json* id = find_member(response, "id")) open_.erase(dump_json(*id));
  return servers_before_ > 0 ? Fit::Changed : Fit::AsItIs;
}

std::vector<std::string> Questions::next_server() {
  ++servers_before_;
  std::vector<std::string> told;
  for (const auto& [id, shown] : std::exchange(open_, {}))
    told.push_back(jsonrpc::notification_frame(
        "notifications/cancelled",
        dump_json({{"requestId", shown}, {"reason", "the server that asked has ended"}})));
  return told;
}

}  // namespace tier0::cli
