#include "server/mcp/convert.h"

#include <utility>

namespace tier0::mcp {
namespace {

// 2026-07-28, completion: at most so many values.
constexpr std::size_t kCompletionLimit = 100;

void limit_completion(Json& result) {
  const auto completion = result.find("completion");
  if (completion == result.end() || !completion->is_object()) return;
  const auto values = completion->find("values");
  if (values == completion->end() || !values->is_array() || values->size() <= kCompletionLimit)
    return;
  values->erase(values->begin() + kCompletionLimit, values->end());
  (*completion)["hasMore"] = true;
}

Json text_block(std::string text) {
  return {{"type", "text"}, {"text", std::move(text)}};
}

void convert_block(Json& block, const RevisionFacts& known) {
  const std::string type = string_member(block, "type");
  if (type == "audio" && !known.audio) {
    block = text_block("[audio, " + string_member(block, "mimeType", "unknown type") + "]");
  } else if (type == "resource_link" && !known.resource_links) {
    block = text_block(string_member(block, "uri"));
  }
}

void convert_tool_result(Json& result, const RevisionFacts& known) {
  const auto structured = result.find("structuredContent");
  // Before 2026-07-28 it is an object or not there.
  if (structured != result.end() && (!known.structured_content || !structured->is_object()))
    result.erase(structured);
  const auto content = result.find("content");
  if (content == result.end() || !content->is_array()) return;
  for (Json& block : *content) convert_block(block, known);
}

void convert_prompt(Json& result, const RevisionFacts& known) {
  const auto messages = result.find("messages");
  if (messages == result.end() || !messages->is_array()) return;
  for (Json& message : *messages)
    if (const auto block = message.find("content"); block != message.end())
      convert_block(*block, known);
}

}  // namespace

Json convert_result(Method method, Json result, Revision revision) {
  if (method == Method::Complete) limit_completion(result);
  const RevisionFacts& known = facts(revision);
  if (known.modern) return result;
  for (const char* member : {"resultType", "ttlMs", "cacheScope"}) result.erase(member);
  if (method == Method::CallTool) convert_tool_result(result, known);
  if (method == Method::GetPrompt) convert_prompt(result, known);
  return result;
}

}  // namespace tier0::mcp
