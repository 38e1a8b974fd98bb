#include "tests/broker/bench.h"

#include <catch2/catch.hpp>

#include "server/config/load.h"
#include "tests/tool/sample_tool.h"
#include "tool_handlers.gen.h"

namespace tier0 {
namespace {

VpsId target_of(const Json& args) {
  return VpsId{args.at("vps").get<std::string>()};
}

Result<Plan> plan_halt(ToolContext& context, const Json& args) {
  const VpsId id = target_of(args);
  T0_TRY(const Vps vps, context.hosting.get_vps(id, context.cancel));
  context.progress.report(1, 1, "read");
  return Plan{.summary = "halt " + vps.hostname,
              .effects = {"its services end"},
              .targets = Json::array({{{"kind", "vps"}, {"id", id.value}, {"name", vps.hostname}}}),
              .lost = {"what it has in memory"},
              .duration = std::chrono::seconds(5),
              .rollback = "start-vps",
              .observed = {{"state", to_string(vps.state)}, {"hostname", vps.hostname}},
              .state = {{"vps", id.value}},
              .nothing_to_do = vps.state == VpsState::Stopped,
              .leases = {"vps:" + id.value}};
}

StepResult send_halt(StepContext& step) {
  auto accepted = step.tool.hosting.stop_vps(target_of(step.args), step.tool.cancel);
  if (accepted) return Done{};
  if (accepted.error().maybe_done) return Unknown{std::move(accepted).error()};
  return Failed{std::move(accepted).error()};
}

StepResult wait_until_halted(StepContext& step) {
  const auto vps = step.tool.hosting.get_vps(target_of(step.args), step.tool.cancel);
  if (!vps) return Failed{vps.error()};
  if (vps->state != VpsState::Stopped)
    return Again{step.tool.clock.now() + std::chrono::milliseconds(5)};
  step.output.summary = vps->hostname + " is halted";
  step.output.data = {{"vps", vps->id.value}, {"not_in_the_schema", "x"}};
  return Done{};
}

constexpr Step kHaltSteps[] = {{"send-halt", send_halt, nullptr, nothing_stays},
                               {"wait-until-halted", wait_until_halted, only_reads}};

Runbook halt_runbook() {
  return {.version = 1, .plan = plan_halt, .steps = kHaltSteps};
}

}  // namespace

Registry registry_with_halt() {
  static const std::string descriptor = sample_descriptor("destructive").dump();
  std::vector<ToolEntry> entries(tools::table().begin(), tools::table().end());
  entries.push_back({kHaltTool, descriptor, halt_runbook});
  std::ranges::sort(entries, {}, &ToolEntry::name);
  return Registry::build(entries).value();
}

BrokerBench::BrokerBench() : policy(*config::make_policy(*config::load_sandbox(), registry)) {}

void BrokerBench::grant(const std::vector<Json>& profiles) {
  std::vector<Document> documents;
  for (const Json& profile : profiles) {
    const std::string name = "agents/" + string_member(profile, "agent") + ".yaml";
    documents.push_back({.file = name, .name = name, .value = profile});
  }
  auto parsed = Policy::parse({.profiles = documents,
                               .registry = registry,
                               .people = {.unix_users = {{"ops", "1"}}},
                               .generation = policy.snapshot()->generation() + 1});
  if (!parsed) FAIL(parsed.error().message);
  policy.replace(*std::move(parsed));
}

Reply BrokerBench::begin(const std::string& agent, const std::string& tool, const Json& arguments,
                         const CallOptions& options) {
  NoProgress quiet;
  return broker.call({.who = {.id = agent},
                      .tool = tool,
                      .arguments = arguments,
                      .transport = "cli",
                      .exposure = everything,
                      .cancel = {.stop = stop.get_token()},
                      .progress = options.progress == nullptr ? quiet : *options.progress,
                      .can_ask = options.can_ask,
                      .answer = options.answer});
}

Reply BrokerBench::call(const std::string& agent, const std::string& tool, const Json& arguments,
                        const CallOptions& options) {
  Reply reply = begin(agent, tool, arguments, options);
  if (!std::holds_alternative<Underway>(reply.outcome)) return reply;
  NoProgress progress;
  const TimePoint deadline = clock.now() + std::chrono::seconds(20);
  return replies.wait(reply, {.stop = {}, .deadline = deadline}, progress);
}

Json BrokerBench::result(const std::string& agent, const std::string& tool, const Json& arguments,
                         const CallOptions& options) {
  return result_object(call(agent, tool, arguments, options));
}

Reply BrokerBench::begin_long_halt() {
  hosting.set_actions_end(ActionsEnd::WhenTold);
  Reply begun = begin("executor-codex", kHaltTool, {{"plan_id", plan_halt()}});
  REQUIRE(std::holds_alternative<Underway>(begun.outcome));
  const TimePoint end = clock.now() + std::chrono::seconds(20);
  while (halts() == 0 && clock.now() < end)
    clock.wait_until(clock.now() + std::chrono::milliseconds(2), {});
  REQUIRE(halts() == 1);
  return begun;
}

Result<ApprovalRow> BrokerBench::says(const std::string& person, const std::string& plan,
                                      bool yes) {
  return approvals.person_says({.kind = Principal::Kind::Person, .id = person}, plan, yes,
                               "socket");
}

Code code_of(const Reply& reply) {
  return std::get<Error>(reply.outcome).code;
}

Json profile_with(const std::string& verdict, const Json& approvals) {
  return {{"agent", "executor-codex"},
          {"grants",
           Json::array(
               {{{"tools", {"*"}},
                 {"effects", {{"read", "allow"}, {"write", verdict}, {"destructive", verdict}}}}})},
          {"approvals", approvals}};
}

}  // namespace tier0
