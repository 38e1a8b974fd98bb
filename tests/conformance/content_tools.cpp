// Tools that only show what a result can hold.
#include <array>

#include "tests/conformance/fixture_tools.h"

namespace tier0::conformance {
namespace {

mcp::Answer content(Json blocks) {
  return {.result = {{"content", std::move(blocks)}}};
}

Json image() {
  return {{"type", "image"}, {"data", kPng}, {"mimeType", "image/png"}};
}

Json resource(const char* uri, const char* type, const char* text) {
  return {{"type", "resource"}, {"resource", {{"uri", uri}, {"mimeType", type}, {"text", text}}}};
}

void simple_text(const FixtureTools&, mcp::Call& call, const Json&) {
  call.reply(text_answer("This is a simple text response for testing."));
}

void image_content(const FixtureTools&, mcp::Call& call, const Json&) {
  call.reply(content(Json::array({image()})));
}

void audio_content(const FixtureTools&, mcp::Call& call, const Json&) {
  call.reply(
      content(Json::array({{{"type", "audio"}, {"data", kWav}, {"mimeType", "audio/wav"}}})));
}

void embedded_resource(const FixtureTools&, mcp::Call& call, const Json&) {
  call.reply(content(Json::array({resource("test://embedded-resource", "text/plain",
                                           "This is an embedded resource content.")})));
}

void multiple_content_types(const FixtureTools&, mcp::Call& call, const Json&) {
  call.reply(content(Json::array({text_block("Multiple content types test:"), image(),
                                  resource("test://mixed-content-resource", "application/json",
                                           R"({"test":"data","value":123})")})));
}

void resource_link(const FixtureTools&, mcp::Call& call, const Json&) {
  call.reply(content(Json::array(
      {{{"type", "resource_link"}, {"uri", "test://static-text"}, {"name", "static-text"}}})));
}

void structured(const FixtureTools&, mcp::Call& call, const Json&) {
  call.reply(mcp::Answer{.result = {{"content", Json::array({text_block(R"({"count":2})")})},
                                    {"structuredContent", {{"count", 2}}}}});
}

void error_handling(const FixtureTools&, mcp::Call& call, const Json&) {
  auto answer = text_answer("This tool intentionally returns an error for testing");
  answer.result["isError"] = true;
  call.reply(std::move(answer));
}

void echo_schema(const FixtureTools&, mcp::Call& call, const Json& arguments) {
  call.reply(text_answer(dump_json(arguments)));
}

constexpr std::array<FixtureTools::Entry, 10> kTools = {{
    {R"({"name":"test_simple_text","description":"Answers a text.",
         "inputSchema":{"type":"object","additionalProperties":false}})",
     simple_text},
    {R"({"name":"test_image_content","description":"Answers an image.",
         "inputSchema":{"type":"object","additionalProperties":false}})",
     image_content},
    {R"({"name":"test_audio_content","description":"Answers a sound.",
         "inputSchema":{"type":"object","additionalProperties":false}})",
     audio_content},
    {R"({"name":"test_embedded_resource","description":"Answers an embedded resource.",
         "inputSchema":{"type":"object","additionalProperties":false}})",
     embedded_resource},
    {R"({"name":"test_multiple_content_types","description":"Answers text, image and resource.",
         "inputSchema":{"type":"object","additionalProperties":false}})",
     multiple_content_types},
    {R"({"name":"test_resource_link","description":"Answers a link to a resource.",
         "inputSchema":{"type":"object","additionalProperties":false}})",
     resource_link},
    {R"({"name":"test_structured_content","description":"Answers a structured value.",
         "inputSchema":{"type":"object","additionalProperties":false},
         "outputSchema":{"type":"object","properties":{"count":{"type":"integer"}},
                         "required":["count"]}})",
     structured},
    {R"({"name":"test_error_handling","description":"Fails, and says so in its result.",
         "inputSchema":{"type":"object","additionalProperties":false}})",
     error_handling},
    {R"({"name":"json_schema_2020_12_tool","description":"Has a schema with many keywords.",
         "inputSchema":{
           "$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",
           "$defs":{"address":{"$anchor":"addressDef","type":"object",
             "properties":{"street":{"type":"string"},"city":{"type":"string"}}}},
           "properties":{"name":{"type":"string"},"address":{"$ref":"#/$defs/address"},
             "contactMethod":{"type":"string","enum":["phone","email"]},
             "phone":{"type":"string"},"email":{"type":"string"}},
           "allOf":[{"anyOf":[{"required":["phone"]},{"required":["email"]}]}],
           "if":{"properties":{"contactMethod":{"const":"phone"}},"required":["contactMethod"]},
           "then":{"required":["phone"]},"else":{"required":["email"]},
           "additionalProperties":false}})",
     echo_schema},
    {R"({"name":"test_header_params","description":"Has arguments that headers repeat.",
         "inputSchema":{"type":"object","properties":{
           "region":{"type":"string","x-mcp-header":"Region"},
           "count":{"type":"integer","x-mcp-header":"Count"},
           "dry":{"type":"boolean","x-mcp-header":"Dry"}},
           "required":["region"],"additionalProperties":false}})",
     echo_schema},
}};

}  // namespace

std::span<const FixtureTools::Entry> content_tools() {
  return kTools;
}

}  // namespace tier0::conformance
