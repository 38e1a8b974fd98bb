#include "server/mcp/questions.h"

#include <utility>

#include "server/crypto/crypto.h"
#include "server/mcp/forms.h"

namespace tier0::mcp {
namespace {

using Kind = InputRequest::Kind;

bool is_elicitation(Kind kind) {
  return kind == Kind::Form || kind == Kind::Url;
}

void require(Json& required, Kind kind) {
  switch (kind) {
    case Kind::Form:
      required["elicitation"]["form"] = Json::object();
      return;
    case Kind::Url:
      required["elicitation"]["url"] = Json::object();
      return;
    case Kind::Sampling:
      required["sampling"] = Json::object();
      return;
    case Kind::Roots:
      required["roots"] = Json::object();
      return;
  }
}

}  // namespace

bool declares(const ClientCapabilities& client, Kind kind) {
  switch (kind) {
    case Kind::Form:
      return client.form;
    case Kind::Url:
      return client.url;
    case Kind::Sampling:
      return client.sampling;
    case Kind::Roots:
      return client.roots;
  }
  return false;
}

std::string_view question_method(Kind kind) {
  switch (kind) {
    case Kind::Form:
    case Kind::Url:
      return "elicitation/create";
    case Kind::Sampling:
      return "sampling/createMessage";
    case Kind::Roots:
      return "roots/list";
  }
  return {};
}

Json question_params(const InputRequest& request, Revision revision) {
  Json params = request.params;
  if (request.kind == Kind::Form) {
    if (facts(revision).url_elicitation) params["mode"] = "form";
    if (!facts(revision).rich_forms && params.contains("requestedSchema"))
      params["requestedSchema"] = plain_form(std::move(params["requestedSchema"]));
  }
  if (request.kind != Kind::Url) return params;
  params["mode"] = "url";
  // 2025-11-25 wants an id; since then the sealed state ties question and answer together.
  if (facts(revision).modern) {
    params.erase("elicitationId");
  } else if (!params.contains("elicitationId")) {
    params["elicitationId"] = crypto::random_id();
  }
  return params;
}

Json modern_question(const InputRequest& request) {
  return {{"method", std::string(question_method(request.kind))},
          {"params", question_params(request, Revision::V2026_07_28)}};
}

std::optional<Json> undeclared(const std::map<std::string, InputRequest>& requests,
                               const ClientCapabilities& client) {
  Json required = Json::object();
  for (const auto& [key, request] : requests)
    if (!declares(client, request.kind)) require(required, request.kind);
  if (required.empty()) return std::nullopt;
  return required;
}

std::optional<Json> read_answer(Kind kind, const Json& result) {
  if (!result.is_object()) return std::nullopt;
  if (!is_elicitation(kind)) return result;
  const std::string action = string_member(result, "action");
  if (action != "accept" && action != "decline" && action != "cancel") return std::nullopt;
  return result;
}

std::optional<Json> no_answer(Kind kind) {
  if (!is_elicitation(kind)) return std::nullopt;
  return Json{{"action", "cancel"}};
}

}  // namespace tier0::mcp
