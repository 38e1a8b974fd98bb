#include "server/broker/gate.h"

#include "server/base/text.h"

namespace tier0 {
namespace {

constexpr std::chrono::seconds kResolveDeadline{60};
constexpr std::size_t kToolNameShown = 100;

Error denied(const Decision& decision) {
  return {.code = Code::PolicyDenied,
          .message = decision.reason,
          .hint = "explain: tier0 policy explain AGENT TOOL shows every grant."};
}

Error other_call(const std::string& problem) {
  return {.code = Code::Validation,
          .message = problem,
          .hint = "Repeat the tool and the arguments of the plan, or give plan_id alone.",
          .details = {{"/plan_id", problem}}};
}

/// The plan that a stranger's arguments name, for tools that have plans.
std::string plan_named_in(const Tool& tool, const Json& arguments) {
  const bool has_plans = tool.effect == Effect::Destructive || tool.effect == Effect::Spend;
  return has_plans ? string_member(arguments, "plan_id") : "";
}

}  // namespace

std::variant<Admitted, Refusal> Gate::admit(const CallRequest& request, const Policy& policy) {
  const AgentProfile* profile = policy.profile(request.who);
  if (profile != nullptr)
    if (auto counted = meter_.count(request.who.name(), profile->limits); !counted)
      return Refusal{std::move(counted).error()};
  const Tool* tool = registry_.find(request.tool);
  if (tool == nullptr || !policy.may_see(request.who, *tool, request.exposure))
    return Refusal{UnknownTool{clean_text(request.tool, kToolNameShown)}};

  auto read = read_call(request, policy, *tool);
  if (!read) return Refusal{std::move(read).error(), tool};
  Admitted& call = *read;
  call.decision = policy.decide(request.who, *tool, call.args, &fleet_);
  if (call.decision.verdict == Verdict::Deny)
    return Refusal{denied(call.decision), tool, call.decision};
  call.rules = ApprovalRules::of(call.decision.verdict, profile);
  if (profile != nullptr) call.limits = profile->limits;
  return *std::move(read);
}

Result<Admitted> Gate::read_call(const CallRequest& request, const Policy& policy,
                                 const Tool& tool) {
  Admitted call;
  call.tool = &tool;
  Json given = request.arguments;
  const std::string plan_id = plan_named_in(tool, given);
  if (!plan_id.empty()) {
    T0_TRY(call.plan, plans_.find(plan_id, request.who));
    if (call.plan->tool != tool.name) return other_call("the plan is one of another tool");
    if (Controls::are_all_of(given)) {
      T0_TRY(const Json planned, parse_json(call.plan->arguments));
      given.update(planned);
    }
  }
  T0_TRY(call.args, tool.input.check(given));
  call.controls = Controls::take(call.args);
  T0_TRY(call.args, resolve(request, policy, tool, std::move(call.args)));
  call.key = ArgumentsKey::of(call.args, tool.secret_arguments);
  if (call.plan && call.plan->arguments_digest != call.key.digest)
    return other_call("these are not the arguments of the plan");
  return call;
}

Result<Json> Gate::resolve(const CallRequest& request, const Policy& policy, const Tool& tool,
                           Json args) {
  const Cancel cancel = request.cancel.sooner(clock_.now() + kResolveDeadline);
  T0_CHECK(fleet_.learn_names(cancel));
  if (policy.asks_owners(request.who)) fleet_.learn_accounts(cancel);
  for (const TargetArgument& target : tool.targets) {
    if (target.dimension != "vps" || !args.contains(target.argument)) continue;
    Json& value = args[target.argument];
    const auto visible = [&](const VpsId& id) {
      Json candidate = args;
      candidate[target.argument] = value.is_array() ? Json::array({id.value}) : Json(id.value);
      return policy.decide(request.who, tool, candidate, &fleet_).verdict != Verdict::Deny;
    };
    if (value.is_string()) {
      T0_TRY(const VpsId id, fleet_.resolve(value.get<std::string>(), visible, cancel));
      value = id.value;
      continue;
    }
    Json ids = Json::array();
    for (const Json& selector : value) {
      T0_TRY(const VpsId id, fleet_.resolve(selector.get<std::string>(), visible, cancel));
      ids.push_back(id.value);
    }
    value = std::move(ids);
  }
  return args;
}

}  // namespace tier0
