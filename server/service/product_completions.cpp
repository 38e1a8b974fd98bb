#include "server/service/product_completions.h"

#include "server/service/asking.h"

namespace tier0 {
namespace {

constexpr std::size_t kMostMachines = 10;  // asked for their backups

using Values = std::vector<std::string>;

/// Of every item of a tool's list, one field.
Values listed(Broker& broker, mcp::Call& call, const char* tool, Json arguments,
              std::string_view field) {
  Values values;
  const Reply reply = ask_tool(broker, call, tool, std::move(arguments));
  const auto* output = std::get_if<ToolOutput>(&reply.outcome);
  const Json* items = output == nullptr ? nullptr : find_member(output->data, "items");
  if (items == nullptr) return values;
  for (const Json& item : *items)
    if (std::string value = string_member(item, field); !value.empty())
      values.push_back(std::move(value));
  return values;
}

Values machines(Broker& broker, mcp::Call& call) {
  return listed(broker, call, "list-vps", Json::object(), "vps");
}

Values backups(Broker& broker, mcp::Call& call) {
  Values all;
  Values fleet = machines(broker, call);
  if (fleet.size() > kMostMachines) fleet.resize(kMostMachines);
  for (const std::string& vps : fleet)
    for (std::string& id : listed(broker, call, "list-backups", {{"vps", vps}}, "backup_id"))
      all.push_back(std::move(id));
  return all;
}

Values nothing(Broker&, mcp::Call&) {
  return {};
}

struct Source {
  std::string_view ref;   // a prompt's name, or the text of a template
  std::string_view tool;  // whoever may not see it does not know the reference
  std::string_view argument;
  Values (*values)(Broker& broker, mcp::Call& call);
};

constexpr Source kSources[] = {
    {"tier0://vps/{id}", "get-vps", "id", machines},
    {"restore-vps", "restore-vps", "backup_id", backups},
    {"rotate-keys", "rotate-keys", "", nothing},
};

mcp::Outcome completion(const Values& values) {
  return mcp::Answer{{{"completion", {{"values", values}, {"total", values.size()}}}}};
}

}  // namespace

void ProductCompletions::complete(std::shared_ptr<mcp::Call> call, Json ref, Json argument, Json) {
  const std::string name =
      string_member(ref, string_member(ref, "type") == "ref/prompt" ? "name" : "uri");
  for (const Source& source : kSources) {
    if (source.ref != name || !may_see(broker_, call->caller(), source.tool)) continue;
    Values values;
    if (source.argument == string_member(argument, "name")) values = source.values(broker_, *call);
    std::erase_if(values, [begun = string_member(argument, "value")](const std::string& value) {
      return !value.starts_with(begun);
    });
    return call->reply(completion(values));
  }
  call->reply(mcp::invalid_params("nothing is known about this reference"));
}

}  // namespace tier0
