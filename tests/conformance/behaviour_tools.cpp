// Tools that do something while they run.
#include <array>
#include <stdexcept>

#include "tests/conformance/fixture_tools.h"

namespace tier0::conformance {
namespace {

using std::chrono::milliseconds;

void with_logging(const FixtureTools& tools, mcp::Call& call, const Json&) {
  call.log(mcp::LogLevel::Info, "fixture", "Tool execution started");
  tools.pause(call, milliseconds(50));
  call.log(mcp::LogLevel::Info, "fixture", "Tool processing data");
  tools.pause(call, milliseconds(50));
  call.log(mcp::LogLevel::Info, "fixture", "Tool execution completed");
  call.reply(text_answer("Logged three times."));
}

void with_progress(const FixtureTools& tools, mcp::Call& call, const Json&) {
  call.progress().report(0, 100, "started");
  tools.pause(call, milliseconds(110));
  call.progress().report(50, 100, "half way");
  tools.pause(call, milliseconds(110));
  call.progress().report(100, 100, "done");
  call.reply(text_answer("Reported three times."));
}

/// More than the client may see: the throttle decides.
void hasty_progress(const FixtureTools&, mcp::Call& call, const Json&) {
  for (int step = 1; step <= 50; ++step) call.progress().report(step, 50, "");
  call.progress().report(7, 50, "backwards");
  call.reply(text_answer("Reported fifty times."));
}

void reconnection(const FixtureTools& tools, mcp::Call& call, const Json&) {
  call.drop_connection();
  tools.pause(call, milliseconds(100));
  call.reply(text_answer("Finished after the connection was dropped."));
}

/// Runs until it is cancelled.
void wait_for_cancel(const FixtureTools& tools, mcp::Call& call, const Json&) {
  call.progress().report(1, 0, "waiting");
  tools.pause(call, std::chrono::seconds(20));
  call.reply(text_answer("Nobody cancelled."));
}

void throwing(const FixtureTools&, mcp::Call&, const Json&) {
  throw std::runtime_error("a secret of the inside");
}

void forgetful(const FixtureTools&, mcp::Call&, const Json&) {}

void logging_tool(const FixtureTools&, mcp::Call& call, const Json&) {
  call.log(mcp::LogLevel::Debug, "fixture", "a detail");
  call.log(mcp::LogLevel::Info, "fixture", {{"step", 1}});
  call.log(mcp::LogLevel::Warning, "", "a warning");
  call.reply(text_answer("Logged at three levels."));
}

void trigger_tool_change(const FixtureTools& tools, mcp::Call& call, const Json&) {
  tools.triggers().tools_changed();
  call.reply(text_answer("The tools changed."));
}

void trigger_prompt_change(const FixtureTools& tools, mcp::Call& call, const Json&) {
  tools.triggers().prompts_changed();
  call.reply(text_answer("The prompts changed."));
}

void trigger_resource_update(const FixtureTools& tools, mcp::Call& call, const Json&) {
  tools.triggers().resource_updated("test://watched-resource");
  tools.triggers().resource_updated("test://another-resource");
  call.reply(text_answer("Two resources changed."));
}

void streaming(const FixtureTools& tools, mcp::Call& call, const Json&) {
  call.progress().report(1, 2, "");
  tools.pause(call, milliseconds(20));
  call.reply(text_answer("Streamed."));
}

#define T0_PLAIN_TOOL(name, description)                 \
  R"({"name":")" name R"(","description":")" description \
  R"(","inputSchema":{"type":"object","additionalProperties":false}})"

constexpr std::array<FixtureTools::Entry, 12> kTools = {{
    {T0_PLAIN_TOOL("test_tool_with_logging", "Logs three times."), with_logging},
    {T0_PLAIN_TOOL("test_tool_with_progress", "Reports progress three times."), with_progress},
    {T0_PLAIN_TOOL("test_hasty_progress", "Reports progress too often."), hasty_progress},
    {T0_PLAIN_TOOL("test_reconnection", "Drops its connection and goes on."), reconnection},
    {T0_PLAIN_TOOL("test_wait_for_cancel", "Runs until cancelled."), wait_for_cancel},
    {T0_PLAIN_TOOL("test_throwing", "Has a bug."), throwing},
    {T0_PLAIN_TOOL("test_forgetful", "Never replies."), forgetful},
    {T0_PLAIN_TOOL("test_logging_tool", "Logs at three levels."), logging_tool},
    {T0_PLAIN_TOOL("test_trigger_tool_change", "Changes the tools."), trigger_tool_change},
    {T0_PLAIN_TOOL("test_trigger_prompt_change", "Changes the prompts."), trigger_prompt_change},
    {T0_PLAIN_TOOL("test_trigger_resource_update", "Changes resources."), trigger_resource_update},
    {T0_PLAIN_TOOL("test_streaming_elicitation", "Reports progress, then answers."), streaming},
}};

}  // namespace

std::span<const FixtureTools::Entry> behaviour_tools() {
  return kTools;
}

}  // namespace tier0::conformance
