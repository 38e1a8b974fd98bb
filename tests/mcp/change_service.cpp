#include "tests/mcp/change_service.h"

#include "server/mcp/forms.h"

namespace tier0::mcp {
namespace {

using Action = Elicited::Action;

constexpr const char* kKey = "approval";

const Json& form() {
  static const Json kForm = Json::parse(R"({"type":"object","properties":{
    "ok":{"type":"boolean","title":"Approve"},
    "reason":{"type":"string","oneOf":[{"const":"drill","title":"A drill"},
                                       {"const":"repair","title":"A repair"}],"default":"drill"}},
    "required":["ok"]})");
  return kForm;
}

Answer answer(const std::string& text) {
  return {.result = {{"content", Json::array({{{"type", "text"}, {"text", text}}})},
                     {"isError", text != "changed"}}};
}

}  // namespace

ChangeService::ChangeService()
    : list_(
          ToolList::build({{{"name", "change"}, {"inputSchema", {{"type", "object"}}}}}).value()) {}

void ChangeService::call(std::shared_ptr<Call> call, std::string name, Json) {
  if (name != "change") return call->reply(unknown_tool(name));
  const auto elicited = read_form(*call, kKey, form());
  if (!elicited) {
    if (!call->can_ask(InputRequest::Kind::Form)) return call->reply(answer("queued"));
    return call->reply(
        NeedsInput{.requests = {{kKey, ask_form("Change it?", form())}}, .state = {{"plan", "p"}}});
  }
  if (call->unanswered().contains(kKey)) return call->reply(answer("queued"));
  if (elicited->action == Action::Cancel) return call->reply(answer("no decision"));
  // Nothing but a plain yes counts.
  if (elicited->action == Action::Decline || elicited->content.at("ok") != true ||
      call->state() != Json({{"plan", "p"}}))
    return call->reply(answer("declined"));
  ++changes_;
  call->reply(answer("changed"));
}

}  // namespace tier0::mcp
