// Tools that ask the client one thing and answer with what they heard.
#include <array>

#include "tests/conformance/fixture_tools.h"

namespace tier0::conformance {
namespace {

using Kind = mcp::InputRequest::Kind;

mcp::NeedsInput ask(Kind kind, Json params) {
  return {.requests = {{"answer", {.kind = kind, .params = std::move(params)}}},
          .state = "asked",
          .use = mcp::NeedsInput::Use::Once};
}

/// The answer, or null in the round that asks.
const Json* heard(const mcp::Call& call) {
  const auto found = call.responses().find("answer");
  return found == call.responses().end() ? nullptr : &found->second;
}

void sampling(const FixtureTools&, mcp::Call& call, const Json& arguments) {
  if (const Json* answer = heard(call))
    return call.reply(text_answer("LLM response: " +
                                  string_member(answer->value("content", Json::object()), "text")));
  call.reply(ask(
      Kind::Sampling,
      {{"messages", Json::array({{{"role", "user"},
                                  {"content", text_block(string_member(arguments, "prompt"))}}})},
       {"maxTokens", 100}}));
}

void reply_with(mcp::Call& call, const Json& answer) {
  call.reply(text_answer("User response: action=" + string_member(answer, "action") +
                         ", content=" + dump_json(answer.value("content", Json::object()))));
}

void elicit(mcp::Call& call, const std::string& message, const char* schema) {
  if (const Json* answer = heard(call)) return reply_with(call, *answer);
  call.reply(ask(Kind::Form, {{"message", message}, {"requestedSchema", Json::parse(schema)}}));
}

void elicitation(const FixtureTools&, mcp::Call& call, const Json& arguments) {
  elicit(call, string_member(arguments, "message", "Who are you?"),
         R"({"type":"object","properties":{
             "username":{"type":"string","description":"Your name"},
             "email":{"type":"string","description":"Your address"}},
             "required":["username","email"]})");
}

void elicitation_defaults(const FixtureTools&, mcp::Call& call, const Json&) {
  elicit(call, "Check the defaults",
         R"({"type":"object","properties":{
             "name":{"type":"string","default":"John Doe"},
             "age":{"type":"integer","default":30},
             "score":{"type":"number","default":95.5},
             "status":{"type":"string","enum":["active","inactive","pending"],"default":"active"},
             "verified":{"type":"boolean","default":true}},"required":[]})");
}

void elicitation_enums(const FixtureTools&, mcp::Call& call, const Json&) {
  elicit(call, "Choose",
         R"({"type":"object","properties":{
             "untitledSingle":{"type":"string","enum":["option1","option2","option3"]},
             "titledSingle":{"type":"string","oneOf":[
               {"const":"value1","title":"First"},{"const":"value2","title":"Second"}]},
             "legacyEnum":{"type":"string","enum":["opt1","opt2"],"enumNames":["One","Two"]},
             "untitledMulti":{"type":"array","items":{"type":"string",
               "enum":["option1","option2","option3"]}},
             "titledMulti":{"type":"array","items":{"anyOf":[
               {"const":"value1","title":"First"},{"const":"value2","title":"Second"}]}}},
             "required":[]})");
}

void url_elicitation(const FixtureTools&, mcp::Call& call, const Json&) {
  if (const Json* answer = heard(call)) return reply_with(call, *answer);
  call.reply(ask(Kind::Url, {{"message", "Open the page"}, {"url", "https://example.org/a/1"}}));
}

void list_roots(const FixtureTools&, mcp::Call& call, const Json&) {
  if (const Json* answer = heard(call))
    return call.reply(text_answer("Roots: " + dump_json(answer->value("roots", Json::array()))));
  call.reply(ask(Kind::Roots, Json::object()));
}

constexpr std::array<FixtureTools::Entry, 7> kTools = {{
    {R"({"name":"test_sampling","description":"Asks the client's model.",
         "inputSchema":{"type":"object","properties":{"prompt":{"type":"string"}},
                        "required":["prompt"]}})",
     sampling},
    {R"({"name":"test_elicitation","description":"Asks the user through a form.",
         "inputSchema":{"type":"object","properties":{"message":{"type":"string"}},
                        "required":["message"]}})",
     elicitation},
    {R"({"name":"test_elicitation_sep1034_defaults","description":"Asks with default values.",
         "inputSchema":{"type":"object","additionalProperties":false}})",
     elicitation_defaults},
    {R"({"name":"test_elicitation_sep1330_enums","description":"Asks with five kinds of choice.",
         "inputSchema":{"type":"object","additionalProperties":false}})",
     elicitation_enums},
    {R"({"name":"test_url_elicitation","description":"Sends the user to a page.",
         "inputSchema":{"type":"object","additionalProperties":false}})",
     url_elicitation},
    {R"({"name":"test_list_roots","description":"Asks for the client's roots.",
         "inputSchema":{"type":"object","additionalProperties":false}})",
     list_roots},
    {R"({"name":"test_missing_capability","description":"Needs the client's model.",
         "inputSchema":{"type":"object","additionalProperties":false}})",
     sampling},
}};

}  // namespace

std::span<const FixtureTools::Entry> asking_tools() {
  return kTools;
}

}  // namespace tier0::conformance
