#include "server/broker/broker.h"

#include <exception>

#include "server/base/log.h"
#include "server/base/text.h"
#include "server/crypto/crypto.h"

namespace tier0 {
namespace {

constexpr std::chrono::seconds kReadDeadline{60};
constexpr std::size_t kNameShown = 100;

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

/// How the call ended, where no operation of its own goes on; what another call began is that
/// one's.
AuditOutcome outcome_of(const Reply& reply, TimePoint::duration took) {
  AuditOutcome outcome{.duration = std::chrono::duration_cast<std::chrono::microseconds>(took),
                       .plan_id = reply.plan_id,
                       .operation_id = reply.operation_id};
  if (const auto* error = std::get_if<Error>(&reply.outcome)) {
    outcome.failure = error->code;
    outcome.summary = error->message;
  } else if (std::holds_alternative<AskClient>(reply.outcome)) {
    outcome.failure = Code::ApprovalRequired;
    outcome.summary = "the client's user is asked";
  } else if (const auto* output = std::get_if<ToolOutput>(&reply.outcome)) {
    outcome.changed = output->changed;
    outcome.summary = output->summary;
    if (!output->evidence.empty())
      outcome.evidence_digest = crypto::sha256_hex(dump_json(output->evidence));
  }
  return outcome;
}

/// Whether the operation has taken the audit's ticket along.
bool goes_on(const Reply& reply) {
  const auto* underway = std::get_if<Underway>(&reply.outcome);
  return underway != nullptr && underway->is_own;
}

}  // namespace

Broker::Broker(const Registry& registry, const PolicyBox& policy, AuditLog& audit,
               BrokerWorld world, const Clock& clock)
    : registry_(registry),
      policy_(policy),
      audit_(audit),
      workbench_(world.workbench),
      operations_(world.store.operations()),
      clock_(clock),
      meter_(clock),
      plans_(world.store.plans(), clock),
      approvals_(world.store.plans(), audit, clock),
      gate_(registry, world.workbench.fleet(), plans_, meter_, clock),
      changes_(world.workbench, plans_, approvals_, world.operations, world.store.operations(),
               clock) {
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

  const auto gate = gate_.admit(request, *policy);
  if (const auto* refusal = std::get_if<Refusal>(&gate)) {
    entry.decision = record_of(refusal->decision, *policy);
    return record_refusal(entry, *refusal);
  }
  const Admitted& admitted = std::get<Admitted>(gate);
  entry.decision = record_of(admitted.decision, *policy);
  entry.targets = targets_of(*admitted.tool, admitted.args);
  entry.plan_id = admitted.controls.plan_id;

  auto ticket = audit_.begin(entry);  // No record, no action.
  if (!ticket) return {.outcome = std::move(ticket).error(), .call = call};
  Reply reply = perform(request, admitted, call, *ticket);
  if (!goes_on(reply)) audit_.finish(*std::move(ticket), outcome_of(reply, clock_.now() - began));
  return reply;
}

Reply Broker::perform(const CallRequest& request, const Admitted& admitted, const CallId& call,
                      AuditTicket& ticket) {
  const bool reads = admitted.tool->effect == Effect::Read;
  try {
    auto place = meter_.enter(request.who.name(), admitted.limits);
    if (!place) return {.outcome = std::move(place).error(), .call = call};
    if (!reads) {
      const Cancel cancel = request.cancel.sooner(clock_.now() + kReadDeadline);
      return changes_.run(request, admitted, call, cancel, ticket);
    }
    auto output = read(request, admitted);
    if (!output) return {.outcome = std::move(output).error(), .call = call};
    if (!output->waits_for.empty()) return follow(request, call, output->waits_for);
    return {.outcome = *std::move(output), .call = call};
  } catch (const std::exception& bug) {
    log::error("a tool threw",
               {{"tool", request.tool}, {"call", call.value}, {"reason", bug.what()}});
    return {
        .outcome = Error{.code = reads ? Code::Internal : Code::Unknown,
                         .message = "the server failed inside this call",
                         .hint = "Quote the correlation id to the owner; the server's log has the "
                                 "reason."},
        .call = call};
  }
}

Result<ToolOutput> Broker::read(const CallRequest& request, const Admitted& admitted) {
  const Cancel cancel = request.cancel.sooner(clock_.now() + kReadDeadline);
  const ReadFunction function = std::get<ReadFunction>(admitted.tool->run);
  Result<ToolOutput> output = Error{};
  T0_CHECK(
      workbench_.lay_out({.tool = *admitted.tool,
                          .args = admitted.args,
                          .scope = admitted.decision.scope,
                          .cancel = cancel,
                          .progress = request.progress},
                         [&](ToolContext& context) { output = function(context, admitted.args); }));
  if (output) output->data = admitted.tool->output.project(output->data);
  return output;
}

/// Another's operation is answered like one that does not exist.
Reply Broker::follow(const CallRequest& request, const CallId& call, const std::string& operation) {
  const auto row = operations_.operation(operation);
  if (!row) return {.outcome = row.error(), .call = call};
  const bool is_own = *row && (*row)->principal == request.who.name() &&
                      (*row)->tenant == request.who.tenant.value_or("");
  if (!is_own)
    return {.outcome = Error{.code = Code::NotFound,
                             .message = "you have no such operation",
                             .hint = "Give the operation_id of an earlier answer."},
            .call = call};
  return {.outcome = Underway{.wait = Controls::Wait::Done, .is_own = false},
          .call = call,
          .plan_id = (*row)->plan,
          .operation_id = operation};
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
    return {.outcome = std::move(recorded).error(), .call = entry.call};
  if (unknown != nullptr) return {.outcome = *unknown, .call = entry.call};
  return {.outcome = error, .call = entry.call};
}

Reply Broker::plan(const Principal& who, const std::string& id) {
  const auto row = plans_.find(id, who);
  if (!row) return {.outcome = row.error(), .call = {}};
  return {.outcome = Plans::output(*row),
          .call = {},
          .plan_id = row->id,
          .operation_id = row->operation};
}

std::vector<const Tool*> Broker::visible_to(const Principal& who, const Exposure& exposure) const {
  const auto policy = policy_.snapshot();
  std::vector<const Tool*> visible;
  for (const Tool& tool : registry_.all())
    if (policy->may_see(who, tool, exposure)) visible.push_back(&tool);
  return visible;
}

}  // namespace tier0
