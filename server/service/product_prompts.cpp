#include "server/service/product_prompts.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "server/base/text.h"
#include "server/service/asking.h"

namespace tier0 {
namespace {

/// How every plan is carried through, whoever's tool it is.
constexpr std::string_view kApply =
    "Show me the plan as it is: what is touched, what is lost, how long it takes, the warnings. "
    "Then stop and ask me.\n"
    "When I agree, call it again with the plan_id alone. On approval_required give me the line to "
    "approve with, wait for my word, then repeat that call unchanged. On plan_stale show me the "
    "difference and begin again.\n"
    "While the answer has an operation_id and changed is null, call wait-for-operation. On "
    "timeout_unknown, unknown or partial read the state and report it; never repeat the change.\n"
    "At the end give me the summary, every warning and the evidence.";

struct Argument {
  std::string_view name;
  std::string_view description;
  bool is_required;
  std::size_t longest;
};

constexpr Argument kRestoreArguments[] = {
    {"backup_id", "From list-backups: provider:N or snapshot:VPS.", true, 64}};

struct Prompt {
  std::string_view name;  // its tool's, too
  std::string_view title;
  std::string_view description;
  std::span<const Argument> arguments;
  std::string_view text;  // with {argument}
};

constexpr std::array<Prompt, 2> kPrompts = {{
    {"restore-vps", "Restore a VPS", "Plans the restore of a backup, asks, restores and proves it.",
     kRestoreArguments,
     "Restore the backup {backup_id}.\n"
     "Call restore-vps with backup_id \"{backup_id}\". The first call only plans."},
    {"rotate-keys",
     "Rotate SSH keys",
     "Plans a new SSH key for every host, asks, rotates, proves.",
     {},
     "Rotate the SSH keys of this server.\n"
     "Call list-keys for what is there now, then rotate-keys. The first call only plans."},
}};

Json shown(const Prompt& prompt) {
  Json arguments = Json::array();
  for (const Argument& argument : prompt.arguments)
    arguments.push_back({{"name", argument.name},
                         {"description", argument.description},
                         {"required", argument.is_required}});
  return {{"name", prompt.name},
          {"title", prompt.title},
          {"description", prompt.description},
          {"arguments", std::move(arguments)}};
}

/// The value as the text carries it; what could be read as more than a value is refused.
Result<std::string> value_of(const Argument& argument, const Json& arguments) {
  const std::string value = string_member(arguments, argument.name);
  const std::string name(argument.name);
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(":._-").find(c) != std::string_view::npos;
  };
  if (value.empty() && argument.is_required)
    return Error{.code = Code::Validation, .message = "the prompt needs " + name};
  if (value.size() > argument.longest || !std::all_of(value.begin(), value.end(), plain))
    return Error{.code = Code::Validation,
                 .message = name + " is at most " + std::to_string(argument.longest) +
                            " letters, digits, colons, dots and dashes"};
  return value;
}

Result<std::string> text_of(const Prompt& prompt, const Json& arguments) {
  for (const auto& [name, value] : arguments.items())
    if (std::none_of(prompt.arguments.begin(), prompt.arguments.end(),
                     [&name = name](const Argument& known) { return known.name == name; }))
      return Error{.code = Code::Validation,
                   .message = "the prompt has no argument " + clean_text(name, 60)};
  std::string text = std::string(prompt.text) + "\n" + std::string(kApply);
  for (const Argument& argument : prompt.arguments) {
    T0_TRY(const std::string value, value_of(argument, arguments));
    const std::string place = "{" + std::string(argument.name) + "}";
    for (auto at = text.find(place); at != std::string::npos; at = text.find(place))
      text.replace(at, place.size(), value);
  }
  return text;
}

}  // namespace

std::shared_ptr<const mcp::Listing> ProductPrompts::list(const mcp::Caller& caller) {
  std::vector<Json> items;
  const std::vector<const Tool*> tools = tools_of(broker_, caller);
  for (const Prompt& prompt : kPrompts)
    if (has_tool(tools, prompt.name)) items.push_back(shown(prompt));
  return mcp::Listing::build(items);
}

void ProductPrompts::get(std::shared_ptr<mcp::Call> call, std::string name, Json arguments) {
  const auto prompt = std::find_if(kPrompts.begin(), kPrompts.end(),
                                   [&](const Prompt& known) { return known.name == name; });
  if (prompt == kPrompts.end() || !may_see(broker_, call->caller(), name))
    return call->reply(mcp::unknown_prompt(name));
  const auto text = text_of(*prompt, arguments);
  if (!text) return call->reply(mcp::invalid_params(text.error().message));
  call->reply(mcp::Answer{
      {{"description", prompt->description},
       {"messages",
        Json::array({{{"role", "user"}, {"content", {{"type", "text"}, {"text", *text}}}}})}}});
}

}  // namespace tier0
