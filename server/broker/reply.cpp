#include "server/broker/reply.h"

#include "server/base/text.h"

namespace tier0 {
namespace {

constexpr std::size_t kTextLimit = 8 * 1024;

Json of_output(const ToolOutput& output) {
  Json result = {{"ok", true}, {"summary", output.summary}, {"data", output.data}};
  result["changed"] = output.changed ? Json(*output.changed) : Json(nullptr);
  if (!output.warnings.empty()) result["warnings"] = output.warnings;
  if (!output.next.empty()) result["next"] = output.next;
  if (!output.evidence.empty()) result["evidence"] = output.evidence;
  return result;
}

/// Whether the world may have changed although the call failed.
bool may_have_changed(Code code) {
  return code == Code::TimeoutUnknown || code == Code::Unknown || code == Code::Partial ||
         code == Code::Cancelled;
}

Json of_error(const Error& error, const CallId& call) {
  Json result = {{"ok", false},
                 {"summary", error.message},
                 {"kind", to_string(error.code)},
                 {"correlation_id", call.value}};
  result["changed"] = may_have_changed(error.code) ? Json(nullptr) : Json(false);
  if (!error.hint.empty()) result["hint"] = error.hint;
  if (error.retry_after) result["retry_after_s"] = error.retry_after->count();
  Json data = Json::object();
  for (const Detail& detail : error.details)
    data["fields"].push_back({{"field", detail.field}, {"problem", detail.problem}});
  if (!error.upstream_id.empty()) data["provider_correlation_id"] = error.upstream_id;
  if (!data.empty()) result["data"] = std::move(data);
  return result;
}

}  // namespace

Error waits_for_approval(const std::string& plan, const std::string& progress) {
  return {.code = Code::ApprovalRequired,
          .message = "a person has to approve plan " + plan + progress + "; nothing was changed",
          .hint = "A person runs: tier0 approvals approve " + plan +
                  ". Then repeat this call unchanged."};
}

Json result_object(const Reply& reply) {
  Json result;
  if (const auto* output = std::get_if<ToolOutput>(&reply.outcome)) {
    result = of_output(*output);
  } else if (const auto* error = std::get_if<Error>(&reply.outcome)) {
    result = of_error(*error, reply.call);
  } else if (const auto* unknown = std::get_if<UnknownTool>(&reply.outcome)) {
    result =
        of_error({.code = Code::NotFound, .message = "unknown tool: " + unknown->name}, reply.call);
  } else if (std::holds_alternative<AskClient>(reply.outcome)) {
    result = of_error(waits_for_approval(reply.plan_id, ""), reply.call);
  } else {
    result = {{"ok", true}, {"changed", nullptr}, {"summary", "the operation runs"}};
  }
  if (!reply.plan_id.empty()) result["plan_id"] = reply.plan_id;
  if (!reply.operation_id.empty()) result["operation_id"] = reply.operation_id;
  if (!reply.replayed) return result;
  result["replayed"] = true;
  // What still runs may yet change something, and what nobody knew is not known now.
  if (!result["changed"].is_null()) result["changed"] = false;
  return result;
}

std::string result_text(const Json& result) {
  std::string text = string_member(result, "summary");
  if (const Json* hint = find_member(result, "hint")) text += "\n" + hint->get<std::string>();
  Json rest = result;
  rest.erase("summary");
  rest.erase("hint");
  text += "\n" + dump_json(rest);
  if (text.size() <= kTextLimit) return text;
  constexpr std::string_view kNote = "\n(cut; the whole is in structuredContent)";
  std::size_t end = kTextLimit - kNote.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + std::string(kNote);
}

}  // namespace tier0
