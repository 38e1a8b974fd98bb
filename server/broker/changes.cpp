#include "server/broker/changes.h"

#include <algorithm>

#include "server/approval/shown_plan.h"
#include "server/broker/frozen_scope.h"

namespace tier0 {
namespace {

/// Whether the call acts, or only says what it would do.
bool acts(const Admitted& call) {
  if (call.controls.dry_run) return false;
  return call.tool->effect == Effect::Write || call.decision.at_once || call.plan.has_value();
}

Reply already_applied(const PlanRow& plan) {
  return {.outcome = Error{.code = Code::Conflict,
                           .message = "the plan was applied already",
                           .hint = "wait-for-operation tells how it goes; call without plan_id "
                                   "for a new plan."},
          .plan_id = plan.id,
          .operation_id = plan.operation};
}

Reply first_call(const PlanRow& plan) {
  ToolOutput output = Plans::output(plan);
  output.next = Json::array(
      {{{"tool", plan.tool}, {"arguments", {{"plan_id", plan.id}}}, {"why", "applies this plan"}}});
  return {.outcome = std::move(output), .plan_id = plan.id};
}

Error declined(const std::string& plan) {
  return {.code = Code::ApprovalDeclined,
          .message = "a person declined plan " + plan + "; nothing was changed",
          .hint = "Do not ask again; tell who gave you the task."};
}

Error asked_too_long(const std::string& plan) {
  return {.code = Code::ApprovalExpired,
          .message = "nobody who counts approved plan " + plan + " in time; nothing was changed",
          .hint = "Make a new plan."};
}

Error yes_of_another_policy(const std::string& plan) {
  return {.code = Code::ApprovalExpired,
          .message = "plan " + plan +
                     " was approved under a policy that is gone, and not by whom the one in force "
                     "asks; nothing was changed",
          .hint = "Make a new plan; it is asked for anew."};
}

std::string so_far(const Standing& standing, int quorum) {
  if (quorum <= 1) return "";
  return " (" + std::to_string(standing.yeses) + " of " + std::to_string(quorum) + " agreed)";
}

}  // namespace

Reply Changes::run(const CallRequest& request, const Admitted& call, const CallId& id,
                   const Cancel& cancel, AuditTicket& ticket) {
  auto reply = attempt(request, call, id, cancel, ticket);
  if (!reply)
    return {.outcome = std::move(reply).error(), .call = id, .plan_id = call.controls.plan_id};
  reply->call = id;
  return *std::move(reply);
}

Result<Reply> Changes::attempt(const CallRequest& request, const Admitted& call, const CallId& id,
                               const Cancel& cancel, AuditTicket& ticket) {
  if (acts(call)) {
    T0_TRY(std::optional<Reply> first, repeat(request, call));
    if (first) return *std::move(first);
  }
  if (call.plan && !call.plan->operation.empty()) return already_applied(*call.plan);
  if (call.plan) T0_CHECK(plans_.check_open(*call.plan));

  const TimePoint planned = clock_.now();
  T0_TRY(const Plan now, make_plan(request, call, cancel));
  if (call.plan) T0_CHECK(Plans::check_fresh(*call.plan, now));
  if (call.controls.dry_run) return Reply{.outcome = shown_plan(now)};
  if (now.nothing_to_do && call.controls.idempotency_key.empty())
    return Reply{.outcome = ToolOutput{.summary = now.summary,
                                       .data = call.tool->output.project(now.state),
                                       .warnings = now.warnings}};
  if (!acts(call)) {
    T0_TRY(const PlanRow row, store_plan(request, call, now));
    return first_call(row);
  }
  std::string plan_id = call.controls.plan_id;
  if (call.decision.verdict != Verdict::Allow && !now.nothing_to_do) {
    T0_TRY(const Asked asked, ask(request, call, now));
    T0_TRY(std::optional<Reply> unsettled, settle(request, call, asked));
    if (unsettled) return *std::move(unsettled);
    plan_id = asked.plan.id;
  }
  return begin(request, call, {.id = id, .plan = now, .plan_id = plan_id, .planned = planned},
               ticket);
}

Result<std::optional<Reply>> Changes::repeat(const CallRequest& request, const Admitted& call) {
  if (call.controls.idempotency_key.empty()) return std::optional<Reply>();
  T0_TRY(const auto first, store_.by_key(request.who.name(), call.controls.idempotency_key));
  if (!first) return std::optional<Reply>();
  if (first->tool != call.tool->name || first->arguments_digest != call.key.digest)
    return Error{.code = Code::IdempotencyConflict,
                 .message = "this idempotency_key was used for another call",
                 .hint = "Use a new key for a new call."};
  return std::optional(Reply{.outcome = Underway{.wait = call.controls.wait, .is_own = false},
                             .plan_id = first->plan,
                             .operation_id = first->id,
                             .replayed = true});
}

Result<Plan> Changes::make_plan(const CallRequest& request, const Admitted& call,
                                const Cancel& cancel) {
  const Runbook& runbook = std::get<Runbook>(call.tool->run);
  Result<Plan> plan = Error{};
  T0_CHECK(
      workbench_.lay_out({.tool = *call.tool,
                          .args = call.args,
                          .scope = call.decision.scope,
                          .cancel = cancel,
                          .progress = request.progress,
                          .dry_run = true},
                         [&](ToolContext& context) { plan = runbook.plan(context, call.args); }));
  return plan;
}

Result<PlanRow> Changes::store_plan(const CallRequest& request, const Admitted& call,
                                    const Plan& plan) {
  // Who has to be asked may take their time; the state is read again anyway.
  const auto asking =
      call.decision.verdict == Verdict::Allow ? std::chrono::seconds(0) : call.rules.expires;
  return plans_.add({.who = request.who,
                     .tool = call.tool->name,
                     .arguments = call.key,
                     .plan = plan,
                     .decision = call.decision,
                     .lifetime = std::max<std::chrono::seconds>(Plans::kLifetime, asking)});
}

Result<Changes::Asked> Changes::ask(const CallRequest& request, const Admitted& call,
                                    const Plan& plan) {
  const Effect effect = call.tool->effect;
  if (call.plan) {
    T0_TRY(Standing standing, approvals_.ask(*call.plan, effect, call.rules));
    return Asked{*call.plan, std::move(standing)};
  }
  // A tool that acts at once is called again without a plan_id: the plan of before is found.
  std::string note;
  T0_TRY(const std::optional<PlanRow> open, plans_.open(request.who, call.tool->name, call.key));
  if (open && Plans::check_fresh(*open, plan)) {
    T0_TRY(Standing standing, approvals_.ask(*open, effect, call.rules));
    if (!standing.is_over()) return Asked{*open, std::move(standing)};
  } else if (open) {
    note = " (the state moved since plan " + open->id + ")";
  }
  T0_TRY(PlanRow row, store_plan(request, call, plan));
  T0_TRY(Standing standing, approvals_.ask(row, effect, call.rules));
  return Asked{std::move(row), std::move(standing), std::move(note)};
}

Result<std::optional<Reply>> Changes::settle(const CallRequest& request, const Admitted& call,
                                             const Asked& asked) {
  const PlanRow& plan = asked.plan;
  Standing standing = asked.standing;
  const bool answered = request.answer && request.answer->plan == plan.id;
  if (answered && request.answer->said != ClientAnswer::Said::Nothing &&
      standing.is == Standing::Is::Waiting && standing.client_may_answer) {
    const bool yes = request.answer->said == ClientAnswer::Said::Yes;
    T0_CHECK(approvals_.client_says(request.who, plan.id, yes));
    T0_TRY(standing, approvals_.ask(plan, call.tool->effect, call.rules));
  }
  Reply reply{.outcome = UnknownTool{}, .plan_id = plan.id};
  switch (standing.is) {
    case Standing::Is::Approved:
      return std::optional<Reply>();
    case Standing::Is::Declined:
      reply.outcome = declined(plan.id);
      break;
    case Standing::Is::Expired:
      reply.outcome = asked_too_long(plan.id);
      break;
    case Standing::Is::Outdated:
      reply.outcome = yes_of_another_policy(plan.id);
      break;
    case Standing::Is::Waiting:
      // Who was asked and did not decide is not asked again at once: the queue has the plan.
      if (request.can_ask && !answered && standing.client_may_answer)
        reply.outcome = AskClient{.plan = plan.id, .text = standing.row.text};
      else
        reply.outcome =
            waits_for_approval(plan.id, so_far(standing, call.rules.quorum) + asked.note);
      break;
  }
  return std::optional(std::move(reply));
}

Result<Reply> Changes::begin(const CallRequest& request, const Admitted& call,
                             const Beginning& beginning, AuditTicket& ticket) {
  const std::vector<VpsId> hosts = workbench_.fleet().with_hosts();
  const bool is_agent = request.who.kind == Principal::Kind::Agent;
  auto started =
      operations_.start({.tenant = request.who.tenant.value_or(""),
                         .principal = request.who.name(),
                         .agent = is_agent ? request.who.id : "",
                         .transport = request.transport,
                         .call = beginning.id.value,
                         .tool = call.tool->name,
                         .arguments = call.args,
                         .arguments_digest = call.key.digest,
                         .plan = beginning.plan_id,
                         .idempotency_key = call.controls.idempotency_key,
                         .scope = freeze_scope(*call.decision.scope, *call.tool, call.args, hosts),
                         .planned = beginning.planned},
                        beginning.plan, ticket);
  Reply reply{.outcome = UnknownTool{}, .plan_id = beginning.plan_id};
  if (!started) {
    for (const Detail& detail : started.error().details)
      if (detail.field == "operation_id") reply.operation_id = detail.problem;
    reply.outcome = std::move(started).error();
    return reply;
  }
  reply.operation_id = started->operation;
  reply.replayed = started->replayed;
  reply.outcome = Underway{.wait = call.controls.wait, .is_own = !started->replayed};
  return reply;
}

}  // namespace tier0
