// Profiles: strict YAML, the schema of agents, and the policy made of them.
#include <cstdlib>

#include "embedded/config_schemas.gen.h"
#include "server/config/yaml.h"
#include "server/policy/policy.h"
#include "tests/tool/sample_tool.h"

namespace tier0 {
namespace {

Schema agent_schema() {
  for (const EmbeddedFile& file : embedded::config_schemas())
    if (file.path.ends_with("agent.schema.json"))
      return Schema::compile(parse_json(file.bytes).value()).value();
  std::abort();
}

/// Every fault has a place in the file.
void check_places(const Error& error) {
  if (error.details.empty()) std::abort();
  for (const Detail& detail : error.details)
    if (!detail.field.starts_with("f.yaml:") || detail.problem.empty()) std::abort();
}

void run(std::string_view text) {
  static const Schema kSchema = agent_schema();
  static const Registry kTools = SampleTools()
                                     .add("get-vps", sample_descriptor("read"))
                                     .add("stop-vps", sample_descriptor("destructive"))
                                     .build()
                                     .value();
  const auto document = config::parse_yaml(text, "f.yaml", kSchema);
  if (!document) return check_places(document.error());
  PolicyInput input{.profiles = {&*document, 1}, .registry = kTools};
  input.people.lookup = [](const std::string&) { return std::optional<uid_t>(1); };
  const auto policy = Policy::parse(input);
  if (!policy) return check_places(policy.error());
  const Principal who{.id = (*policy)->profiles()[0].agent.value};
  for (const Tool& tool : kTools.all()) {
    const Decision decision = (*policy)->decide(who, tool, Json{{"vps", "1"}});
    // What is not seen is never given.
    if (decision.verdict != Verdict::Deny && !(*policy)->may_see(who, tool)) std::abort();
  }
}

}  // namespace
}  // namespace tier0

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  tier0::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
