#include "server/broker/broker.h"

#include <exception>

#include "server/base/log.h"
#include "server/base/text.h"
#include "server/broker/permitted_ssh.h"
#include "server/crypto/crypto.h"
#include "server/operation/runner.h"

namespace tier0 {
namespace {

constexpr std::chrono::seconds kReadDeadline{60};
constexpr std::chrono::seconds kChangeDeadline{300};
constexpr std::size_t kNameShown = 100;

Error denied(const Decision& decision) {
  return {.code = Code::PolicyDenied,
          .message = decision.reason,
          .hint = "explain: tier0 policy explain AGENT TOOL shows every grant."};
}

/// Fails closed: nothing here can ask a person yet.
Error needs_a_person(const Decision& decision) {
  return {.code = Code::ApprovalRequired,
          .message = "this call needs a person's approval (" + decision.rule + ")",
          .hint = "This server cannot ask for one yet; the owner can run the call."};
}

AuditDecision record_of(const Decision& decision, const Policy& policy) {
  return {.verdict = std::string(to_string(decision.verdict)),
          .grant = decision.rule,
          .policy_generation = policy.generation()};
}

Json targets_of(const Tool& tool, const Json& args) {
  Json targets = Json::array();
  for (const TargetArgument& target : tool.targets)
    if (const Json* value = find_member(args, target.argument))
      targets.push_back({{"dimension", target.dimension}, {"id", *value}});
  return targets;
}

AuditOutcome outcome_of(const Result<ToolOutput>& result, TimePoint::duration took) {
  AuditOutcome outcome;
  outcome.duration = std::chrono::duration_cast<std::chrono::microseconds>(took);
  if (!result) {
    outcome.failure = result.error().code;
    outcome.summary = result.error().message;
    return outcome;
  }
  outcome.changed = result->changed;
  outcome.summary = result->summary;
  if (!result->evidence.empty())
    outcome.evidence_digest = crypto::sha256_hex(dump_json(result->evidence));
  return outcome;
}

}  // namespace

Broker::Broker(const Registry& registry, const PolicyBox& policy, AuditLog& audit,
               Backends backends, const Clock& clock)
    : registry_(registry),
      policy_(policy),
      audit_(audit),
      backends_(backends),
      clock_(clock),
      meter_(clock) {
  for (const Tool& tool : registry_.all())
    classes_.emplace(tool.name,
                     FieldClasses::from_schema(tool.input.definition(), tool.secret_arguments));
}

Reply Broker::call(const CallRequest& request) {
  const CallId call{crypto::random_id()};
  const auto policy =
      policy_.snapshot();  // One policy for the whole call, even if it is reloaded meanwhile.
  const TimePoint began = clock_.now();
  AuditEntry entry = entry_for(request, call, *policy);

  auto stage = decide(request, *policy);
  if (auto* refusal = std::get_if<Refusal>(&stage)) {
    entry.decision = record_of(refusal->decision, *policy);
    return record_refusal(entry, *refusal);
  }
  const Decided& decided = std::get<Decided>(stage);
  entry.decision = record_of(decided.decision, *policy);
  entry.targets = targets_of(*decided.tool, decided.args);

  auto ticket = audit_.begin(entry);  // No record, no action.
  if (!ticket) return {std::move(ticket).error(), call};
  const Result<ToolOutput> result = perform(request, decided, call);
  audit_.finish(*std::move(ticket), outcome_of(result, clock_.now() - began));
  if (!result) return {result.error(), call};
  return {*result, call};
}

std::variant<Broker::Decided, Broker::Refusal> Broker::decide(const CallRequest& request,
                                                              const Policy& policy) {
  const AgentProfile* profile = policy.profile(request.who);
  if (profile != nullptr)
    if (auto counted = meter_.count(request.who.name(), profile->limits); !counted)
      return Refusal{std::move(counted).error()};
  const Tool* tool = registry_.find(request.tool);
  if (tool == nullptr || !policy.may_see(request.who, *tool, request.exposure))
    return Refusal{UnknownTool{clean_text(request.tool, kNameShown)}};

  auto args = tool->input.check(request.arguments);
  if (!args) return Refusal{std::move(args).error(), tool};
  args = resolve(request, policy, *tool, *std::move(args));
  if (!args) return Refusal{std::move(args).error(), tool};

  Decision decision = policy.decide(request.who, *tool, *args, &backends_.fleet);
  switch (decision.verdict) {
    case Verdict::Deny:
      return Refusal{denied(decision), tool, decision};
    case Verdict::OutOfBand:
    case Verdict::Ask:
      return Refusal{needs_a_person(decision), tool, decision};
    case Verdict::Allow:
      break;
  }
  return Decided{.tool = tool,
                 .args = *std::move(args),
                 .decision = std::move(decision),
                 .limits = profile != nullptr ? profile->limits : Limits{}};
}

Result<Json> Broker::resolve(const CallRequest& request, const Policy& policy, const Tool& tool,
                             Json args) {
  const Cancel cancel = request.cancel.sooner(clock_.now() + kReadDeadline);
  T0_CHECK(backends_.fleet.learn_names(cancel));
  if (policy.asks_owners(request.who)) backends_.fleet.learn_accounts(cancel);
  for (const TargetArgument& target : tool.targets) {
    if (target.dimension != "vps" || !args.contains(target.argument)) continue;
    Json& value = args[target.argument];
    const auto visible = [&](const VpsId& id) {
      Json candidate = args;
      candidate[target.argument] = value.is_array() ? Json::array({id.value}) : Json(id.value);
      return policy.decide(request.who, tool, candidate, &backends_.fleet).verdict != Verdict::Deny;
    };
    if (value.is_string()) {
      T0_TRY(const VpsId id, backends_.fleet.resolve(value.get<std::string>(), visible, cancel));
      value = id.value;
      continue;
    }
    Json ids = Json::array();
    for (const Json& selector : value) {
      T0_TRY(const VpsId id, backends_.fleet.resolve(selector.get<std::string>(), visible, cancel));
      ids.push_back(id.value);
    }
    value = std::move(ids);
  }
  return args;
}

Result<ToolOutput> Broker::perform(const CallRequest& request, const Decided& decided,
                                   const CallId& call) {
  T0_TRY(const CallMeter::Place place, meter_.enter(request.who.name(), decided.limits));
  try {
    T0_TRY(ToolOutput output, run_tool(request, decided));
    const Json* dry_run = find_member(decided.args, "dry_run");
    const bool is_plan = dry_run != nullptr && dry_run->get<bool>();
    // A plan has the same members for every tool.
    if (!is_plan) output.data = decided.tool->output.project(output.data);
    return output;
  } catch (const std::exception& bug) {
    log::error("a tool threw",
               {{"tool", request.tool}, {"call", call.value}, {"reason", bug.what()}});
    return Error{.code = decided.tool->effect == Effect::Read ? Code::Internal : Code::Unknown,
                 .message = "the server failed inside this call",
                 .hint = "Quote the correlation id to the owner; the server's log has the reason."};
  }
}

Result<ToolOutput> Broker::run_tool(const CallRequest& request, const Decided& decided) {
  const Tool& tool = *decided.tool;
  const auto longest = tool.effect == Effect::Read ? kReadDeadline : kChangeDeadline;
  const Cancel cancel = request.cancel.sooner(clock_.now() + longest);
  HostingApi* hosting = backends_.fleet.accounts().front().api;
  for (const TargetArgument& target : tool.targets) {
    const Json* value = find_member(decided.args, target.argument);
    if (target.dimension != "vps" || value == nullptr || !value->is_string()) continue;
    T0_TRY(hosting, backends_.fleet.owner_of(VpsId{value->get<std::string>()}, cancel));
  }
  PermittedSsh ssh(backends_.ssh, backends_.fleet, decided.decision.scope);
  const Json* dry_run = find_member(decided.args, "dry_run");
  ToolContext context{.accounts = backends_.fleet.accounts(),
                      .hosting = *hosting,
                      .ssh = ssh,
                      .keys = backends_.keys,
                      .owner = backends_.owner,
                      .hosts = backends_.fleet,
                      .scope = *decided.decision.scope,
                      .clock = clock_,
                      .cancel = cancel,
                      .progress = request.progress,
                      .dry_run = dry_run != nullptr && dry_run->get<bool>(),
                      .pace = backends_.pace};
  if (const auto* read = std::get_if<ReadFunction>(&tool.run))
    return (*read)(context, decided.args);
  const Runbook& runbook = std::get<Runbook>(tool.run);
  T0_TRY(const Plan plan, runbook.plan(context, decided.args));
  if (context.dry_run) return Runner::describe(plan);
  return Runner::run(runbook, plan, context, decided.args);
}

AuditEntry Broker::entry_for(const CallRequest& request, const CallId& call,
                             const Policy& policy) const {
  AuditEntry entry{.call = call, .time = clock_.wall(), .principal = request.who.name()};
  if (request.who.kind == Principal::Kind::Agent) entry.agent = request.who.id;
  entry.tenant = request.who.tenant.value_or("");
  entry.transport = request.transport;
  entry.tool = clean_text(request.tool, kNameShown);
  entry.decision.policy_generation = policy.generation();
  const auto classes = classes_.find(request.tool);
  if (const Tool* tool = registry_.find(request.tool)) entry.effect = to_string(tool->effect);
  entry.arguments = redact_arguments(request.arguments,
                                     classes == classes_.end() ? FieldClasses{} : classes->second);
  return entry;
}

Reply Broker::record_refusal(const AuditEntry& entry, const Refusal& refusal) {
  const auto* unknown = std::get_if<UnknownTool>(&refusal.why);
  const Error error = unknown != nullptr ? Error{.code = Code::NotFound, .message = "unknown tool"}
                                         : std::get<Error>(refusal.why);
  if (auto recorded = audit_.refused(entry, error); !recorded)
    return {std::move(recorded).error(), entry.call};
  if (unknown != nullptr) return {*unknown, entry.call};
  return {error, entry.call};
}

std::vector<const Tool*> Broker::visible_to(const Principal& who, const Exposure& exposure) const {
  const auto policy = policy_.snapshot();
  std::vector<const Tool*> visible;
  for (const Tool& tool : registry_.all())
    if (policy->may_see(who, tool, exposure)) visible.push_back(&tool);
  return visible;
}

}  // namespace tier0
