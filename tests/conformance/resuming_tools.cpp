// Tools of 2026-07-28 that answer `input_required` and are called again.
#include <array>

#include "tests/conformance/fixture_tools.h"

namespace tier0::conformance {
namespace {

using Kind = mcp::InputRequest::Kind;
using Requests = std::map<std::string, mcp::InputRequest>;

mcp::InputRequest form(const std::string& message, const std::string& field, const char* type) {
  Json properties = Json::object();
  properties[field] = {{"type", type}};
  return {
      .kind = Kind::Form,
      .params = {
          {"message", message},
          {"requestedSchema",
           {{"type", "object"}, {"properties", properties}, {"required", Json::array({field})}}}}};
}

mcp::InputRequest sample() {
  return {.kind = Kind::Sampling,
          .params = {
              {"messages", Json::array({{{"role", "user"}, {"content", text_block("Say hello")}}})},
              {"maxTokens", 50}}};
}

mcp::NeedsInput need(Requests requests, Json state = "asked") {
  return {.requests = std::move(requests), .state = std::move(state)};
}

/// A name is harmless, so one that was not asked for is as good.
const Json* accepted(const mcp::Call& call, const std::string& key) {
  for (const auto* answers : {&call.responses(), &call.unasked_responses()}) {
    const auto found = answers->find(key);
    if (found != answers->end() && string_member(found->second, "action") == "accept")
      return find_member(found->second, "content");
  }
  return nullptr;
}

bool has_all(const mcp::Call& call, const Requests& requests) {
  for (const auto& [key, request] : requests)
    if (!call.responses().contains(key)) return false;
  return true;
}

void ask_all(mcp::Call& call, Requests requests, const std::string& done) {
  if (has_all(call, requests)) return call.reply(text_answer(done));
  call.reply(need(std::move(requests)));
}

void elicitation(const FixtureTools&, mcp::Call& call, const Json&) {
  const Json* content = accepted(call, "user_name");
  const std::string name = content == nullptr ? "" : string_member(*content, "name");
  if (!name.empty()) return call.reply(text_answer("Hello, " + name + "!"));
  call.reply(need({{"user_name", form("What is your name?", "name", "string")}}));
}

void sampling(const FixtureTools&, mcp::Call& call, const Json&) {
  ask_all(call, {{"greeting", sample()}}, "Sampled.");
}

void list_roots(const FixtureTools&, mcp::Call& call, const Json&) {
  ask_all(call, {{"roots", {.kind = Kind::Roots, .params = Json::object()}}}, "Roots received.");
}

void request_state(const FixtureTools&, mcp::Call& call, const Json&) {
  if (call.state() == "asked" && call.responses().contains("confirm"))
    return call.reply(text_answer("state-ok"));
  call.reply(need({{"confirm", form("Go on?", "ok", "boolean")}}));
}

void multiple_inputs(const FixtureTools&, mcp::Call& call, const Json&) {
  ask_all(call,
          {{"name", form("What is your name?", "name", "string")},
           {"greeting", sample()},
           {"roots", {.kind = Kind::Roots, .params = Json::object()}}},
          "All three received.");
}

void multi_round(const FixtureTools&, mcp::Call& call, const Json&) {
  if (call.round() == 0) return call.reply(need({{"name", form("Name?", "name", "string")}}, 1));
  if (call.round() == 1)
    return call.reply(need({{"color", form("Colour?", "color", "string")}}, 2));
  call.reply(text_answer("Done after state " + dump_json(call.state()) + "."));
}

void capabilities(const FixtureTools&, mcp::Call& call, const Json&) {
  Requests requests;
  if (call.client().form) requests.emplace("name", form("Name?", "name", "string"));
  if (call.client().sampling) requests.emplace("greeting", sample());
  if (call.client().roots)
    requests.emplace("roots", mcp::InputRequest{.kind = Kind::Roots, .params = Json::object()});
  if (requests.empty()) return call.reply(text_answer("Nothing can be asked."));
  ask_all(call, std::move(requests), "Received.");
}

/// "Call me again" without a question.
void shed_load(const FixtureTools&, mcp::Call& call, const Json&) {
  if (call.round() > 0) return call.reply(text_answer("Now."));
  call.reply(need({}, "later"));
}

#define T0_PLAIN_TOOL(name, description)                 \
  R"({"name":")" name R"(","description":")" description \
  R"(","inputSchema":{"type":"object","additionalProperties":false}})"

constexpr std::array<FixtureTools::Entry, 9> kTools = {{
    {T0_PLAIN_TOOL("test_input_required_result_elicitation", "Asks for a name."), elicitation},
    {T0_PLAIN_TOOL("test_input_required_result_sampling", "Asks the model."), sampling},
    {T0_PLAIN_TOOL("test_input_required_result_list_roots", "Asks for roots."), list_roots},
    {T0_PLAIN_TOOL("test_input_required_result_request_state", "Uses its state."), request_state},
    {T0_PLAIN_TOOL("test_input_required_result_multiple_inputs", "Asks three things."),
     multiple_inputs},
    {T0_PLAIN_TOOL("test_input_required_result_multi_round", "Asks twice."), multi_round},
    {T0_PLAIN_TOOL("test_input_required_result_tampered_state", "Uses its state."), request_state},
    {T0_PLAIN_TOOL("test_input_required_result_capabilities", "Asks what can be asked."),
     capabilities},
    {T0_PLAIN_TOOL("test_shed_load", "Wants to be called again."), shed_load},
}};

}  // namespace

std::span<const FixtureTools::Entry> resuming_tools() {
  return kTools;
}

}  // namespace tier0::conformance
