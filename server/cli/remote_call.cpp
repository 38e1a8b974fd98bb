#include "server/cli/remote_call.h"

#include "server/base/clock.h"
#include "server/base/text.h"
#include "server/cli/arguments.h"
#include "server/net/http_client.h"
#include "server/net/url.h"
#include "server/secrets/secret_sources.h"
#include "version.gen.h"

namespace tier0::cli {
namespace {

constexpr const char* kRevision = "2026-07-28";
constexpr const char* kMetaPrefix = "io.modelcontextprotocol/";

Json message_of(const std::string& method, Json params) {
  params["_meta"] = {
      {std::string(kMetaPrefix) + "protocolVersion", kRevision},
      {std::string(kMetaPrefix) + "clientCapabilities", Json::object()},
      {std::string(kMetaPrefix) + "clientInfo", {{"name", "tier0"}, {"version", kVersion}}}};
  return {{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", std::move(params)}};
}

/// The response in a JSON body, or the last message of an event stream.
Result<Json> message_in(const HttpResponse& response) {
  const std::string* type = response.header("content-type");
  if (type == nullptr || !type->starts_with("text/event-stream")) return parse_json(response.body);
  std::string last;
  for (const std::string& line : split(response.body, '\n'))
    if (line.starts_with("data: ") && line.find("\"id\"") != std::string::npos)
      last = line.substr(6);
  return parse_json(last);
}

Error refused(const HttpResponse& response) {
  if (response.status == 401 || response.status == 403)
    return {.code = Code::Auth,
            .message = "the server refuses the token",
            .hint = "Put the agent's token where --token says, by default into TIER0_TOKEN."};
  return {.code = Code::Upstream,
          .message = "the server answered HTTP " + std::to_string(response.status)};
}

/// A server and our token for it.
class Remote {
 public:
  Remote(std::string url, Secret token, const std::stop_token& stop)
      : client_({.user_agent = "tier0/" + std::string(kVersion)}, clock_),
        url_(std::move(url)),
        token_(std::move(token)),
        cancel_{.stop = stop, .deadline = clock_.now() + std::chrono::minutes(10)} {}

  Result<Json> send(const std::string& method, const std::string& name, Json params,
                    Delivery delivery) {
    HttpRequest request{
        .method = "POST", .url = url_, .delivery = delivery, .timeout = std::chrono::minutes(10)};
    request.headers = {{"Content-Type", "application/json"},
                       {"Accept", "application/json, text/event-stream"},
                       {"MCP-Protocol-Version", kRevision},
                       {"Mcp-Method", method}};
    if (!name.empty()) request.headers.push_back({"Mcp-Name", name});
    request.secret_headers = {{"Authorization", "Bearer ", token_}};
    request.body = dump_json(message_of(method, std::move(params)));
    HttpReply reply = client_.send(request, cancel_);
    if (!reply.response) {
      Error error = std::move(reply.response).error();
      if (delivery == Delivery::Once && reply.sent == Sent::Maybe)
        error.code = Code::TimeoutUnknown;
      return error;
    }
    auto message = message_in(*reply.response);
    if (!message || !message->is_object()) return refused(*reply.response);
    return message;
  }

 private:
  const SystemClock clock_;
  HttpClient client_;
  const std::string url_;
  const Secret token_;
  const Cancel cancel_;
};

/// The input schema that the server shows for a tool; null where it shows none.
Result<Json> schema_of(Remote& remote, const std::string& tool) {
  T0_TRY(const Json message, remote.send("tools/list", "", Json::object(), Delivery::Repeatable));
  const Json result = message.value("result", Json::object());
  for (const Json& known : result.value("tools", Json::array()))
    if (string_member(known, "name") == tool) return known.value("inputSchema", Json());
  return Json();
}

}  // namespace

Result<Json> call_remote(const Call& command, const std::stop_token& stop) {
  if (!command.agent.empty())
    return Error{.code = Code::Validation,
                 .message = "with --url the token decides the agent",
                 .hint = "Leave --agent out."};
  T0_TRY(const BaseUrl url, BaseUrl::parse(command.url));
  T0_TRY(const SecretRef reference, SecretRef::parse(command.token));
  T0_TRY(Secret token, SecretSources().get(reference, Cancel{.stop = stop}));
  Remote remote(url.text(), std::move(token), stop);
  Json schema;
  if (!command.assignments.empty()) {
    T0_TRY(schema, schema_of(remote, command.tool));
  }
  T0_TRY(Json arguments, parse_arguments(command.args, command.assignments, schema));
  T0_TRY(
      const Json message,
      remote.send("tools/call", command.tool,
                  {{"name", command.tool}, {"arguments", std::move(arguments)}}, Delivery::Once));
  const Json* result = find_member(message, "result");
  const Json* structured = result == nullptr ? nullptr : find_member(*result, "structuredContent");
  if (structured != nullptr)
    return Json{{"ok", true}, {"outcome", "result"}, {"result", *structured}};
  const std::string problem = string_member(message.value("error", Json::object()), "message");
  if (problem.starts_with("unknown tool")) return Json{{"ok", true}, {"outcome", "unknown_tool"}};
  return Error{.code = Code::Upstream, .message = "the server said: " + clean_text(problem, 300)};
}

}  // namespace tier0::cli
