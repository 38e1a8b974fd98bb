#include "server/cli/asked.h"

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

constexpr std::string_view kMetaPrefix = "io.modelcontextprotocol/";

Error lost_with(std::optional<Effect> effect) {
  if (effect == Effect::Read)
    return {.code = Code::Upstream,
            .message = "the server ended before it answered; this call only reads",
            .hint = "Call it again."};
  return {.code = Code::TimeoutUnknown,
          .message = "the server ended before it answered: the call may have happened",
          .hint =
              "Read the current state before anything else; do not repeat the call blindly. "
              "`tier0 audit list` shows what was begun."};
}

/// Which member of params names what a method is about.
std::string_view naming_member(std::string_view method) {
  if (method == "tools/call" || method == "prompts/get") return "name";
  if (method == "resources/read") return "uri";
  return method.starts_with("tasks/") ? "taskId" : "";
}

}  // namespace

std::optional<Asked> asked_in(const Json& message) {
  const Json* id = find_member(message, "id");
  const std::string method = string_member(message, "method");
  if (id == nullptr || method.empty()) return std::nullopt;
  Asked asked{.id = *id, .method = method};
  const Json* params = find_member(message, "params");
  if (params == nullptr) return asked;
  if (const std::string_view member = naming_member(method); !member.empty())
    asked.name = string_member(*params, member);
  if (const Json* claim = meta_member(*params, "protocolVersion"); claim != nullptr)
    asked.revision = claim->is_string() ? claim->get<std::string>() : "?";
  return asked;
}

const Json* meta_member(const Json& params, std::string_view name) {
  const Json* meta = find_member(params, "_meta");
  return meta == nullptr ? nullptr
                         : find_member(*meta, std::string(kMetaPrefix) + std::string(name));
}

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

EffectOf effects_in(const Registry& registry) {
  return [&registry](std::string_view name) {
    const Tool* tool = registry.find(name);
    return tool == nullptr ? std::nullopt : std::optional(tool->effect);
  };
}

std::string lost_answer(const Asked& asked, const EffectOf& effect_of) {
  const bool is_call = asked.method == "tools/call";
  const auto other = may_be_asked_again(asked.method) ? std::optional(Effect::Read) : std::nullopt;
  const Error error = lost_with(is_call ? effect_of(asked.name) : other);
  const Reply reply{error, {crypto::random_id()}};
  log::warn(
      "a request was lost with its server",
      {{"method", asked.method}, {"tool", is_call ? asked.name : ""}, {"call", reply.call.value}});
  if (!is_call) return refused_answer(asked, error);
  Json object = result_object(reply);
  Json result = {{"content", Json::array({{{"type", "text"}, {"text", result_text(object)}}})},
                 {"structuredContent", std::move(object)},
                 {"isError", true}};
  if (!asked.revision.empty()) {
    result["resultType"] = "complete";
    result["_meta"] = {
        {std::string(kMetaPrefix) + "serverInfo", {{"name", "tier0"}, {"version", kVersion}}}};
  }
  return jsonrpc::result_frame(asked.id, dump_json(result));
}

std::string refused_answer(const Asked& asked, const Error& error) {
  return jsonrpc::error_frame(asked.id,
                              {.code = jsonrpc::kInternalError,
                               .message = error.message,
                               .data = {{"kind", to_string(error.code)}, {"hint", error.hint}}});
}

}  // namespace tier0::cli
