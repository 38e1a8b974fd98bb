#include "tests/conformance/fixture_tools.h"

#include <utility>
#include <vector>

namespace tier0::conformance {

FixtureTools::FixtureTools(const Clock& clock) : clock_(clock) {
  std::vector<Json> definitions;
  for (const auto& table :
       {content_tools(), behaviour_tools(), asking_tools(), resuming_tools(), task_tools()}) {
    for (const Entry& entry : table) {
      definitions.push_back(Json::parse(entry.definition));
      functions_.emplace(definitions.back().at("name"), entry.function);
    }
  }
  list_ = mcp::ToolList::build(definitions, mcp::CacheScope::Public).value();
}

bool FixtureTools::pause(const mcp::Call& call, std::chrono::milliseconds time) const {
  return clock_.wait_until(clock_.now() + time, call.cancel().stop);
}

std::shared_ptr<const mcp::ToolList> FixtureTools::list(const mcp::Caller&) {
  return list_;
}

void FixtureTools::call(std::shared_ptr<mcp::Call> call, std::string name, Json arguments) {
  const auto found = functions_.find(name);
  if (found == functions_.end()) return call->reply(mcp::unknown_tool(name));
  found->second(*this, *call, arguments);
}

Json text_block(const std::string& text) {
  return {{"type", "text"}, {"text", text}};
}

mcp::Answer text_answer(const std::string& text) {
  return {.result = {{"content", Json::array({text_block(text)})}}};
}

}  // namespace tier0::conformance
