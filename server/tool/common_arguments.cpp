#include "server/tool/common_arguments.h"

namespace tier0 {
namespace {

// Every agent pays for these words once a tool, so they are few.
constexpr const char* kPlanId = R"({"type":"string","format":"id",
  "description":"Applies the plan that the call without it returned."})";
constexpr const char* kDryRun = R"({"type":"boolean","description":"Only return the plan."})";
constexpr const char* kWait = R"({"type":"string","enum":["done","accepted"],
  "description":"accepted: do not wait for the end."})";
constexpr const char* kIdempotencyKey = R"({"type":"string","minLength":1,"maxLength":100,
  "description":"The same key never acts twice."})";

}  // namespace

void add_common_arguments(Effect effect, Json& input) {
  if (effect == Effect::Read || !input.is_object()) return;
  Json& properties = input["properties"];
  if (!properties.is_object()) properties = Json::object();
  if (effect == Effect::Write)
    properties["dry_run"] = Json::parse(kDryRun);
  else
    properties["plan_id"] = Json::parse(kPlanId);
  properties["wait"] = Json::parse(kWait);
  properties["idempotency_key"] = Json::parse(kIdempotencyKey);
}

}  // namespace tier0
