#include "server/approval/plans.h"

#include "server/approval/shown_plan.h"
#include "server/approval/state_difference.h"
#include "server/crypto/crypto.h"

namespace tier0 {
namespace {

Json shown_of(const PlanFacts& facts, const PlanRow& row) {
  const ToolOutput output = shown_plan(facts.plan);
  Json data = output.data;
  data["expires_at"] = format_time(row.expires);
  data["state_digest"] = row.state_digest;
  data["decision"] = {{"verdict", to_string(facts.decision.verdict)},
                      {"grant", facts.decision.rule}};
  return {{"summary", output.summary}, {"warnings", output.warnings}, {"data", std::move(data)}};
}

}  // namespace

ArgumentsKey ArgumentsKey::of(const Json& arguments, std::span<const std::string> secrets) {
  Json kept = arguments;
  for (const std::string& secret : secrets) kept.erase(secret);
  return {.canonical = dump_json(kept), .digest = crypto::sha256_hex(dump_json(arguments))};
}

Json bound_state(const Plan& plan) {
  Json state = {{"observed", plan.observed}};
  if (!plan.price.is_null()) state["price"] = plan.price;
  return state;
}

Result<PlanRow> Plans::add(const PlanFacts& facts) {
  PlanRow row{.id = crypto::to_hex(crypto::random_bytes(16)),
              .tenant = facts.who.tenant.value_or(""),
              .principal = facts.who.name(),
              .tool = facts.tool,
              .arguments = facts.arguments.canonical,
              .arguments_digest = facts.arguments.digest,
              .shown = {},
              .observed = dump_json(bound_state(facts.plan)),
              .state_digest = {},
              .created = clock_.wall()};
  row.state_digest = crypto::sha256_hex(row.observed);
  row.expires = row.created + facts.lifetime;
  row.shown = dump_json(shown_of(facts, row));
  T0_CHECK(store_.add_plan(row));
  return row;
}

Result<PlanRow> Plans::find(const std::string& id, const Principal& who) {
  T0_TRY(std::optional<PlanRow> row, store_.plan(id));
  if (row && row->principal == who.name() && row->tenant == who.tenant.value_or(""))
    return *std::move(row);
  return Error{.code = Code::NotFound,
               .message = "there is no such plan",
               .hint = "Call without plan_id to get one; plans are kept for their own agent."};
}

Result<std::optional<PlanRow>> Plans::open(const Principal& who, const std::string& tool,
                                           const ArgumentsKey& arguments) {
  return store_.open_plan(who.name(), tool, arguments.digest, clock_.wall());
}

Result<Unit> Plans::check_open(const PlanRow& row) const {
  if (clock_.wall() < row.expires) return Unit{};
  return Error{.code = Code::PlanExpired,
               .message = "the plan expired at " + format_time(row.expires),
               .hint = "Call without plan_id for a new one."};
}

Result<Unit> Plans::check_fresh(const PlanRow& row, const Plan& now) {
  const Json state = bound_state(now);
  if (crypto::sha256_hex(dump_json(state)) == row.state_digest) return Unit{};
  Error stale{.code = Code::PlanStale,
              .message = "the state moved since the plan was made: nothing was changed",
              .hint = "Read data.fields, then call without plan_id for a new plan."};
  T0_TRY(const Json before, parse_json(row.observed));
  stale.details = state_difference(before, state);
  return stale;
}

ToolOutput Plans::output(const PlanRow& row) {
  ToolOutput output;
  const auto shown = parse_json(row.shown);
  if (!shown) return output;
  output.summary = string_member(*shown, "summary");
  output.data = shown->value("data", Json::object());
  output.warnings = shown->value("warnings", std::vector<std::string>{});
  return output;
}

}  // namespace tier0
