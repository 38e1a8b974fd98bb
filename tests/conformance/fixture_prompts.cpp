#include "tests/conformance/fixture_prompts.h"

#include <vector>

#include "tests/conformance/fixture_tools.h"

namespace tier0::conformance {
namespace {

constexpr const char* kDefinitions = R"([
  {"name":"test_simple_prompt","description":"A prompt without arguments."},
  {"name":"test_prompt_with_arguments","description":"A prompt that repeats its arguments.",
   "arguments":[{"name":"arg1","description":"The first","required":true},
                {"name":"arg2","description":"The second","required":true}]},
  {"name":"test_prompt_with_embedded_resource","description":"A prompt with a resource.",
   "arguments":[{"name":"resourceUri","description":"Which","required":true}]},
  {"name":"test_prompt_with_image","description":"A prompt with an image."},
  {"name":"test_input_required_result_prompt","description":"A prompt that asks first."}])";

// More than one answer may carry.
constexpr int kCompletions = 120;

Json message(Json content) {
  return {{"role", "user"}, {"content", std::move(content)}};
}

mcp::Answer messages(Json list) {
  return {.result = {{"messages", std::move(list)}}};
}

void get_with_arguments(mcp::Call& call, const Json& arguments) {
  for (const char* name : {"arg1", "arg2"})
    if (!arguments.contains(name))
      return call.reply(mcp::invalid_params("the argument " + std::string(name) + " is required"));
  call.reply(messages(Json::array(
      {message(text_block("Prompt with arguments: arg1='" + string_member(arguments, "arg1") +
                          "', arg2='" + string_member(arguments, "arg2") + "'"))})));
}

void get_with_resource(mcp::Call& call, const Json& arguments) {
  const std::string uri = string_member(arguments, "resourceUri", "test://example-resource");
  call.reply(messages(Json::array(
      {message({{"type", "resource"},
                {"resource", {{"uri", uri}, {"mimeType", "text/plain"}, {"text", "Embedded."}}}}),
       message(text_block("Please process the embedded resource above."))})));
}

void get_after_asking(mcp::Call& call) {
  const auto found = call.responses().find("user_context");
  const Json* content =
      found == call.responses().end() ? nullptr : find_member(found->second, "content");
  if (content != nullptr)
    return call.reply(messages(
        Json::array({message(text_block("Context: " + string_member(*content, "context")))})));
  call.reply(mcp::NeedsInput{
      .requests = {{"user_context",
                    {.params = {{"message", "What is the context?"},
                                {"requestedSchema",
                                 {{"type", "object"},
                                  {"properties", {{"context", {{"type", "string"}}}}},
                                  {"required", Json::array({"context"})}}}}}}}});
}

}  // namespace

FixturePrompts::FixturePrompts()
    : list_(mcp::Listing::build(Json::parse(kDefinitions).get<std::vector<Json>>(),
                                mcp::CacheScope::Public)) {}

std::shared_ptr<const mcp::Listing> FixturePrompts::list(const mcp::Caller&) {
  return list_;
}

void FixturePrompts::get(std::shared_ptr<mcp::Call> call, std::string name, Json arguments) {
  if (name == "test_prompt_with_arguments") return get_with_arguments(*call, arguments);
  if (name == "test_prompt_with_embedded_resource") return get_with_resource(*call, arguments);
  if (name == "test_input_required_result_prompt") return get_after_asking(*call);
  if (name == "test_simple_prompt")
    return call->reply(
        messages(Json::array({message(text_block("This is a simple prompt for testing."))})));
  if (name == "test_prompt_with_image")
    return call->reply(messages(
        Json::array({message({{"type", "image"}, {"data", kPng}, {"mimeType", "image/png"}}),
                     message(text_block("Please analyze the image above."))})));
  call->reply(mcp::unknown_prompt(name));
}

void FixturePrompts::complete(std::shared_ptr<mcp::Call> call, Json ref, Json argument, Json) {
  if (string_member(ref, "type") == "ref/prompt" &&
      string_member(ref, "name") != "test_prompt_with_arguments")
    return call->reply(mcp::invalid_params("nothing is known about this reference"));
  Json values = Json::array();
  const std::string prefix = string_member(argument, "value");
  if (string_member(argument, "name") == "arg1")
    for (int i = 0; i < kCompletions; ++i) values.push_back(prefix + std::to_string(i));
  call->reply(mcp::Answer{.result = {{"completion", {{"values", std::move(values)}}}}});
}

}  // namespace tier0::conformance
