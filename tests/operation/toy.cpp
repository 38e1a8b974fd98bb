#include "tests/operation/toy.h"

#include <fstream>
#include <stdexcept>

#include "tests/tool/sample_tool.h"

namespace tier0 {
namespace {

std::string word_for(StepContext& step, const std::string& name) {
  const Json* script = find_member(step.args, "script");
  const Json* words = script == nullptr ? nullptr : find_member(*script, name);
  Json& runs = step.state["runs"];
  const std::size_t run = runs.contains(name) ? runs[name].get<std::size_t>() : 0;
  runs[name] = run + 1;
  if (words == nullptr || run >= words->size()) return "done";
  return (*words)[run].get<std::string>();
}

std::string file_of(const StepContext& step) {
  return step.args.at("file").get<std::string>();
}

Error toy_error(Code code, const std::string& name) {
  return {.code = code, .message = name + " went wrong", .hint = "It is a toy."};
}

StepResult play(StepContext& step, const std::string& name, const std::string& effect) {
  const std::string word = word_for(step, name);
  const Clock& clock = step.tool.clock;
  if (word == "again") return Again{clock.now() + std::chrono::milliseconds(5)};
  if (word == "slow") return Again{clock.now() + std::chrono::hours(1)};
  if (word == "failed") return Failed{toy_error(Code::Upstream, name)};
  if (word == "block") {
    clock.wait_until(clock.now() + std::chrono::seconds(20), step.tool.cancel.stop);
    return Failed{toy_error(Code::Cancelled, name)};
  }
  if (!effect.empty()) std::ofstream(file_of(step), std::ios::app) << effect << std::endl;
  if (word == "throw") throw std::runtime_error("a bug");
  if (word == "unknown") return Unknown{toy_error(Code::TimeoutUnknown, name)};
  return Done{};
}

Found look_for(StepContext& step, const std::string& effect) {
  const std::string word = word_for(step, "find " + effect);
  if (word == "again") return Again{step.tool.clock.now() + std::chrono::milliseconds(5)};
  if (word == "unknown") return Unknown{toy_error(Code::Upstream, "find")};
  if (word == "throw") throw std::runtime_error("a bug");
  int there = 0;
  for (const std::string& line : effects_in(file_of(step)))
    there += line == effect ? 1 : line == "-" + effect ? -1 : 0;
  if (there > 0) return Done{};
  return Absent{};
}

StepResult look(StepContext& step) {
  return play(step, "look", "");
}
StepResult first(StepContext& step) {
  return play(step, "first", "first");
}
Found find_first(StepContext& step) {
  return look_for(step, "first");
}
StepResult undo_first(StepContext& step) {
  return play(step, "undo first", "-first");
}
StepResult second(StepContext& step) {
  return play(step, "second", "second");
}
Found find_second(StepContext& step) {
  return look_for(step, "second");
}
StepResult undo_second(StepContext& step) {
  return play(step, "undo second", "-second");
}
StepResult check(StepContext& step) {
  const StepResult result = play(step, "check", "");
  if (!std::holds_alternative<Done>(result)) return result;
  step.output.summary = "the toy is done";
  step.output.data = {{"vps", "1"}, {"not_in_the_schema", "x"}};
  step.output.evidence.push_back({{"check", "toy"}, {"result", "ok"}});
  return result;
}

constexpr Step kToySteps[] = {{"look", look, only_reads},
                              {"first", first, find_first, undo_first},
                              {"second", second, find_second, undo_second},
                              {"check", check, only_reads}};
constexpr Step kBlindSteps[] = {{"first", first}, {"check", check, only_reads}};

constexpr Step kTracelessSteps[] = {{"first", first, find_first, nothing_stays},
                                    {"check", check, only_reads}};

Result<Plan> no_plan(ToolContext&, const Json&) {
  return Plan{};
}
Runbook toy() {
  return {.version = 1, .plan = no_plan, .steps = kToySteps};
}
Runbook newer_toy() {
  return {.version = 2, .plan = no_plan, .steps = kToySteps};
}
Runbook blind() {
  return {.version = 1, .plan = no_plan, .steps = kBlindSteps};
}

Runbook traceless() {
  return {.version = 1, .plan = no_plan, .steps = kTracelessSteps};
}

Registry build_toys(Runbook (*runbook)()) {
  Json descriptor = sample_descriptor("write");
  descriptor["inputSchema"]["properties"]["password"] = {{"type", "string"},
                                                         {"description", "A secret."}};
  descriptor["secrets"] = {"password"};
  const std::string text = descriptor.dump();
  const std::vector<ToolEntry> entries = {
      {kBlindTool, text, blind}, {"toy-tool", text, runbook}, {kTracelessTool, text, traceless}};
  auto built = Registry::build(entries);
  if (!built) throw std::runtime_error(built.error().message);
  return *std::move(built);
}

}  // namespace

const Registry& toy_registry() {
  static const Registry registry = build_toys(toy);
  return registry;
}

const Registry& newer_toy_registry() {
  static const Registry registry = build_toys(newer_toy);
  return registry;
}

std::vector<std::string> effects_in(const std::filesystem::path& file) {
  std::vector<std::string> lines;
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace tier0
