#include "server/cli/arguments.h"
#include "server/cli/setup.h"
#include "server/cli/terminal.h"
#include "server/config/load.h"

namespace tier0::cli {
namespace {

Result<Explanation> explain(const PolicyExplain& command, const Setup& setup) {
  T0_TRY(const auto policy, config::make_policy(setup.loaded, *setup.registry));
  T0_TRY(const Principal who, policy->directory().launched_as(command.agent));
  const Tool* tool = setup.registry->find(command.tool);
  if (tool == nullptr)
    return Error{.code = Code::NotFound,
                 .message = "there is no tool " + command.tool,
                 .hint = "tier0 tools lists them."};
  T0_TRY(const Json args, parse_arguments("", command.assignments, tool->input.definition()));
  return policy->explain(who, *tool, args);
}

}  // namespace

int run(const PolicyExplain& command, const Options& options) {
  const auto setup = prepare(options);
  if (!setup) return fail_usage(setup.error());
  const auto explanation = explain(command, *setup);
  if (!explanation) return fail_usage(explanation.error());
  const Terminal terminal(options);
  if (terminal.for_people())
    terminal.line(explanation->text());
  else
    terminal.print(explanation->json());
  return explanation->decision.verdict == Verdict::Deny ? kDenied : kDone;
}

}  // namespace tier0::cli
