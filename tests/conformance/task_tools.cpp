// Tools that may or must run as tasks. Without the extension the former run at once, the latter not
// at all.
#include <algorithm>
#include <array>

#include "tests/conformance/fixture_tools.h"

namespace tier0::conformance {
namespace {

constexpr int kLongest = 10;

void greet(const FixtureTools&, mcp::Call& call, const Json& arguments) {
  call.reply(text_answer("Hello, " + string_member(arguments, "name", "World") + "!"));
}

void slow_compute(const FixtureTools& tools, mcp::Call& call, const Json& arguments) {
  const Json* asked = find_member(arguments, "seconds");
  const double seconds = asked != nullptr && asked->is_number() ? asked->get<double>() : 0;
  tools.pause(call, std::chrono::milliseconds(
                        static_cast<int>(std::clamp(seconds, 0.0, double{kLongest}) * 1000)));
  call.reply(text_answer("Computed " + string_member(arguments, "label") + "."));
}

void failing_job(const FixtureTools&, mcp::Call& call, const Json&) {
  call.reply(mcp::missing_capability(
      {{"extensions", {{"io.modelcontextprotocol/tasks", Json::object()}}}}));
}

constexpr std::array<FixtureTools::Entry, 3> kTools = {{
    {R"({"name":"greet","description":"Greets by name.",
         "inputSchema":{"type":"object","properties":{"name":{"type":"string"}}}})",
     greet},
    {R"({"name":"slow_compute","description":"Takes its time.",
         "inputSchema":{"type":"object","properties":{
           "seconds":{"type":"number"},"label":{"type":"string"}}}})",
     slow_compute},
    {R"({"name":"failing_job","description":"Runs as a task only.",
         "inputSchema":{"type":"object","additionalProperties":false}})",
     failing_job},
}};

}  // namespace

std::span<const FixtureTools::Entry> task_tools() {
  return kTools;
}

}  // namespace tier0::conformance
