#include "server/service/consent.h"

#include "server/mcp/forms.h"

namespace tier0 {
namespace {

constexpr const char* kQuestion = "approval";

Json approval_form() {
  return {{"type", "object"},
          {"properties",
           {{"approve",
             {{"type", "boolean"},
              {"title", "Approve"},
              {"description", "Yes lets exactly this plan happen, once."}}}}},
          {"required", {"approve"}}};
}

ClientAnswer::Said said(const mcp::Elicited& answer) {
  switch (answer.action) {
    case mcp::Elicited::Action::Accept: {
      const Json* approve = find_member(answer.content, "approve");
      const bool yes = approve != nullptr && approve->is_boolean() && approve->get<bool>();
      return yes ? ClientAnswer::Said::Yes : ClientAnswer::Said::No;
    }
    case mcp::Elicited::Action::Decline:
      return ClientAnswer::Said::No;
    case mcp::Elicited::Action::Cancel:
      break;
  }
  return ClientAnswer::Said::Nothing;
}

}  // namespace

mcp::NeedsInput approval_question(const AskClient& ask) {
  return {.requests = {{kQuestion, mcp::ask_form(ask.text, approval_form())}},
          .state = {{"plan", ask.plan}},
          .use = mcp::NeedsInput::Use::Once};
}

std::optional<ClientAnswer> approval_answer(const mcp::Call& call) {
  const std::string plan = string_member(call.state(), "plan");
  if (plan.empty()) return std::nullopt;
  const auto answer = mcp::read_form(call, kQuestion, approval_form());
  if (!answer) return std::nullopt;
  return ClientAnswer{.plan = plan, .said = said(*answer)};
}

}  // namespace tier0
