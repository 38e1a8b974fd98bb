#include <algorithm>

#include "server/base/text.h"
#include "server/cli/setup.h"
#include "server/cli/terminal.h"
#include "server/config/load.h"
#include "server/policy/exposure.h"
#include "server/service/product.h"

namespace tier0::cli {
namespace {

Result<std::vector<const Tool*>> selected(const Tools& command, const Setup& setup) {
  std::vector<std::string> toolsets = command.toolsets;
  if (toolsets.empty()) toolsets = setup.loaded.config.toolsets;
  if (toolsets.empty() || command.markdown) toolsets = {"all"};
  T0_TRY(const Exposure exposure, Exposure::parse(toolsets, Access::Full));
  std::vector<const Tool*> found;
  if (command.agent.empty()) {
    for (const Tool& tool : setup.registry->all())
      if (exposure.includes(tool)) found.push_back(&tool);
    return found;
  }
  T0_TRY(const auto policy, config::make_policy(setup.loaded, *setup.registry));
  T0_TRY(const Principal who, policy->directory().launched_as(command.agent));
  for (const Tool& tool : setup.registry->all())
    if (policy->may_see(who, tool, exposure)) found.push_back(&tool);
  return found;
}

std::string names_of(const std::vector<Backend>& backends) {
  std::string names;
  for (const Backend backend : backends)
    names += (names.empty() ? "" : ", ") + std::string(to_string(backend));
  return names;
}

std::string cell(std::string text) {
  for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2))
    text.insert(at, "\\");
  return text;
}

std::string arguments_of(const Tool& tool) {
  const Json& input = tool.input.definition();
  const Json required = input.value("required", Json::array());
  std::string text;
  for (const auto& [name, property] : input.value("properties", Json::object()).items()) {
    const bool needed = std::find(required.begin(), required.end(), name) != required.end();
    text += (text.empty() ? "" : ", ") + std::string("`") + name + "`" + (needed ? "*" : "");
  }
  return text;
}

void print_markdown(const Terminal& terminal, const std::vector<const Tool*>& tools) {
  terminal.line("# Tools\n\nWritten by `tier0 tools --markdown`. A star marks what is required.\n");
  terminal.line(
      "| tool | effect | backends | toolsets | arguments | what it does "
      "|\n|---|---|---|---|---|---|");
  for (const Tool* tool : tools)
    terminal.line("| `" + tool->name + "` | " + std::string(to_string(tool->effect)) + " | " +
                  names_of(tool->backends) + " | " + join(tool->toolsets, ", ") + " | " +
                  cell(arguments_of(*tool)) + " | " + cell(tool->description) + " |");
}

}  // namespace

int run(const Tools& command, const Options& options) {
  const auto setup = prepare(options);
  if (!setup) return fail_usage(setup.error());
  const auto tools = selected(command, *setup);
  if (!tools) return fail_usage(tools.error());
  const Terminal terminal(options);
  if (command.markdown) {
    print_markdown(terminal, *tools);
    return kDone;
  }
  if (!terminal.for_people()) {
    Json items = Json::array();
    for (const Tool* tool : *tools) {
      Json item = Product::definition(*tool);
      item["effect"] = to_string(tool->effect);
      item["toolsets"] = tool->toolsets;
      items.push_back(std::move(item));
    }
    terminal.print({{"items", std::move(items)}});
    return kDone;
  }
  std::vector<std::vector<std::string>> rows = {
      {"tool", "effect", "backends", "toolsets", "what it is"}};
  for (const Tool* tool : *tools)
    rows.push_back({tool->name, std::string(to_string(tool->effect)), names_of(tool->backends),
                    join(tool->toolsets, ","), tool->title});
  terminal.table(rows);
  return kDone;
}

}  // namespace tier0::cli
