// One program on one host. Which programs, and whether a person is asked, is the policy's business.
#include "server/base/text.h"
#include "tool_handlers.gen.h"
#include "tools/host_command.h"
#include "tools/vps_login.h"

namespace tier0::tools {
namespace {

constexpr std::size_t kWordShown = 200;
constexpr std::size_t kOutputKept = 64 * 1024;

std::string shown(const std::vector<std::string>& argv) {
  std::vector<std::string> words;
  for (const std::string& word : argv) words.push_back(clean_text(word, kWordShown));
  return join(words, " ");
}

Result<Plan> plan(ToolContext& context, const Json& args) {
  const VpsId id{args.at("vps").get<std::string>()};
  const auto host = context.hosts.host_of(id);
  if (!host) return no_host(id);
  const auto argv = args.at("argv").get<std::vector<std::string>>();
  const std::string input = string_member(args, "stdin");
  if (argv[0].empty() || argv[0].front() == '-')
    return Error{.code = Code::Validation,
                 .message = "the first word names no program",
                 .hint = "Give argv as [program, argument, …].",
                 .details = {{"argv", "begins with a program"}}};
  for (const std::string& word : argv)
    if (word.find('\0') != std::string::npos)
      return Error{.code = Code::Validation,
                   .message = "a word of argv holds a zero byte",
                   .hint = "No program can be given one.",
                   .details = {{"argv", "must hold no zero byte"}}};
  Plan plan{.summary = "run " + shown(argv) + " on " + host->value,
            .effects = Json::array({"whatever this program does"}),
            .targets = Json::array({{{"kind", "vps"}, {"id", id.value}, {"name", host->value}}}),
            .lost = Json::array({"whatever this program deletes or overwrites"}),
            .duration = std::chrono::seconds(args.at("timeout_s").get<int>()),
            .observed = {{"host", host->value}},
            .state = {{"vps", id.value}, {"host", host->value}}};
  if (!input.empty())
    plan.effects.push_back("gives it " + std::to_string(input.size()) + " bytes as standard input");
  return plan;
}

StepResult run_program(StepContext& step) {
  const HostName host{step.state.at("host").get<std::string>()};
  const auto argv = step.args.at("argv").get<std::vector<std::string>>();
  const std::chrono::seconds longest(step.args.at("timeout_s").get<int>());
  const auto ran = step.tool.ssh.run(host,
                                     {.argv = argv,
                                      .input = string_member(step.args, "stdin"),
                                      .output_limit = kOutputKept,
                                      .total = longest,
                                      .idle = longest},
                                     step.tool.cancel);
  if (!ran && ran.error().maybe_done) return Unknown{ran.error()};
  if (!ran) return Failed{ran.error()};
  const std::string ended =
      ran->signal.empty() ? "exit code " + std::to_string(ran->exit_code) : "signal " + ran->signal;
  step.output.summary = shown({argv[0]}) + " on " + host.value + ", " + ended;
  step.output.changed = std::nullopt;  // nobody knows what a program did
  step.output.data = {
      {"vps", step.state["vps"]},
      {"host", host.value},
      {"argv", argv},
      {"took_ms", ran->took.count()},
      {"timeout_s", std::chrono::floor<std::chrono::seconds>(ran->total_limit).count()}};
  set_printed(step.output.data, host, *ran);
  return Done{};
}

/// Nothing tells what an unknown program has done, so it is never sent again.
Found find_nothing(StepContext& step) {
  return Unknown{{.code = Code::Unknown,
                  .message = "the server stopped while the program may have been running on " +
                             string_member(step.state, "host"),
                  .hint = "Look at what it should have done before calling again.",
                  .maybe_done = true}};
}

constexpr Step kSteps[] = {{"run-program", run_program, find_nothing}};

}  // namespace

Runbook ssh_exec() {
  return {.version = 1, .plan = plan, .steps = kSteps};
}

}  // namespace tier0::tools
