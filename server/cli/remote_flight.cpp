#include "server/cli/remote_flight.h"

#include <utility>
#include <vector>

namespace tier0::cli {
namespace {

constexpr std::size_t kLargestAnswer = std::size_t{64} * 1024 * 1024;
constexpr std::chrono::milliseconds kBeforeTakingUp{1000};
/// Connections in a row that brought a broken answer no further.
constexpr int kMostVain = 5;

}  // namespace

void RemoteFlight::carry(const std::string& line) {
  const bool begins = is_legacy() && asked_.method == "initialize";
  for (bool may_renew = true;; may_renew = false) {
    const auto session =
        is_legacy() && !begins ? conversation_.session().now() : RemoteSession::Now{};
    Replies replies([this](std::string message) { hear(std::move(message)); });
    const HttpReply reply = conversation_.server().post(
        line, is_legacy() ? RemoteSession::headers_of(session) : modern_headers(asked_),
        may_be_asked_again(asked_.method), replies, cancel());
    const bool is_forgotten =
        reply.response && reply.response->status == 404 && !session.id.empty();
    if (is_forgotten && may_renew && conversation_.renew(session.id, cancel())) continue;
    settle(reply, replies);
    const std::string* id = reply.response ? reply.response->header("mcp-session-id") : nullptr;
    if (begins && !agreed_revision_.empty())
      conversation_.session().begin({id == nullptr ? "" : *id, agreed_revision_}, line);
    return;
  }
}

void RemoteFlight::hear(std::string line) {
  auto message = parse_json(line, {.bytes = kLargestAnswer});
  if (!message) return conversation_.write(std::move(line));
  const Json* id = find_member(*message, "id");
  const bool is_answer = id != nullptr && *id == asked_.id && !message->contains("method");
  if (is_answer) agreed_revision_ = agreed_revision(*message);
  is_answered_ = is_answered_ || is_answer || message->is_array();  // the answers to a batch
  conversation_.deliver(*std::move(message), std::move(line));
}

void RemoteFlight::settle(const HttpReply& reply, const Replies& replies) {
  if (is_over()) return;
  if (reply.response && !replies.is_stream())
    return settle_body(reply.response->status, replies.body());
  if (reply.sent == Sent::No)
    return conversation_.write(refused_answer(asked_, reply.response.error()));
  if (is_legacy()) take_up(replies);
  if (!is_over()) conversation_.write(lost_answer(asked_, conversation_.effect_of()));
}

void RemoteFlight::settle_body(int status, const std::string& body) {
  auto message = parse_json(body, {.bytes = kLargestAnswer});
  const bool is_message =
      message && (message->is_array() || message->contains("result") || message->contains("error"));
  if (!is_message) return conversation_.write(refused_answer(asked_, error_of_status(status)));
  // An error about a message leaves its id out over HTTP; on lines it has to be found.
  const Json* id = find_member(*message, "id");
  if (message->is_object() && (id == nullptr || id->is_null())) (*message)["id"] = asked_.id;
  hear(dump_json(*message));
}

/// The older revisions let an answer be taken up where it broke.
void RemoteFlight::take_up(const Replies& broken) {
  std::string last = broken.events().last_id();
  auto pause = broken.events().retry().value_or(kBeforeTakingUp);
  const Clock& clock = conversation_.clock();
  for (int vain = 0; !last.empty() && vain < kMostVain; ++vain) {
    if (!clock.wait_until(clock.now() + pause, stop_.get_token())) return;
    Replies more([this](std::string message) { hear(std::move(message)); });
    auto headers = RemoteSession::headers_of(conversation_.session().now());
    headers.push_back({"Last-Event-ID", last});
    const HttpReply reply = conversation_.server().listen(std::move(headers), more, cancel());
    if (is_over() || (reply.response && !more.is_stream())) return;
    const std::string& reached = more.events().last_id();
    if (!reached.empty() && reached != last) vain = -1;
    if (!reached.empty()) last = reached;
    pause = more.events().retry().value_or(pause);
  }
}

}  // namespace tier0::cli
