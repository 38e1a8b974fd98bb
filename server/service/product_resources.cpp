#include "server/service/product_resources.h"

#include <algorithm>

#include "server/service/asking.h"
#include "server/service/caller.h"

namespace tier0 {
namespace {

constexpr const char* kJson = "application/json";

struct KindRow {
  std::string_view uri;
  std::string_view variable;
  std::string_view name;
  std::string_view title;
  std::string_view description;
  std::string_view tool;
  std::string_view argument;
};

constexpr KindRow kKinds[] = {
    {"tier0://fleet", "", "fleet", "All VPSs", "Every VPS of every account, as list-vps answers.",
     "list-vps", ""},
    {"tier0://vps/{id}", "id", "vps", "One VPS",
     "One VPS with its firewall, backups and last actions, as get-vps answers.", "get-vps", "vps"},
    {"tier0://operations/{id}", "id", "operation", "One operation",
     "How it stands or ended, as wait-for-operation answers without waiting.", "wait-for-operation",
     "operation_id"},
    {"tier0://plans/{id}", "id", "plan", "One plan",
     "A plan of yours as it was shown, and the operation that applied it.", "", ""},
};

/// A stranger learns the same of what is not there and of what is not theirs.
bool hides(Code kind) {
  return kind == Code::NotFound || kind == Code::Validation || kind == Code::NotOurs ||
         kind == Code::PolicyDenied;
}

mcp::Outcome refused(const Error& error, const std::string& correlation) {
  const bool is_busy = error.code == Code::Overloaded || error.code == Code::RateLimited;
  const std::string hint = error.hint.empty() ? "" : " " + error.hint;
  return mcp::ProtocolError{
      .fault = is_busy ? mcp::Fault::Overloaded : mcp::Fault::Internal,
      .message = error.message + hint,
      .data = {{"kind", to_string(error.code)}, {"correlation_id", correlation}}};
}

mcp::Outcome contents(const std::string& uri, const Reply& reply) {
  // How an operation failed is what was asked for.
  if (reply.operation_id.empty()) {
    if (const auto* error = std::get_if<Error>(&reply.outcome); error && !hides(error->code))
      return refused(*error, reply.call.value);
    if (reply.is_error()) return mcp::resource_not_found(uri);
  }
  return mcp::Answer{{{"contents", Json::array({{{"uri", uri},
                                                 {"mimeType", kJson},
                                                 {"text", dump_json(result_object(reply))}}})}}};
}

}  // namespace

ProductResources::ProductResources(Broker& broker, const OperationReplies& operations)
    : broker_(broker), operations_(operations) {
  for (const KindRow& row : kKinds) {
    auto uri = mcp::UriTemplate::parse(row.uri);
    if (!uri) continue;  // the table is ours; a test reads every row
    kinds_.push_back({.uri = *std::move(uri),
                      .variable = std::string(row.variable),
                      .shown = {{row.variable.empty() ? "uri" : "uriTemplate", row.uri},
                                {"name", row.name},
                                {"title", row.title},
                                {"description", row.description},
                                {"mimeType", kJson}},
                      .tool = std::string(row.tool),
                      .argument = std::string(row.argument)});
  }
}

std::shared_ptr<const mcp::Listing> ProductResources::list(const mcp::Caller& caller) {
  return listing(caller, false);
}

std::shared_ptr<const mcp::Listing> ProductResources::templates(const mcp::Caller& caller) {
  return listing(caller, true);
}

std::shared_ptr<const mcp::Listing> ProductResources::listing(const mcp::Caller& caller,
                                                              bool is_template) const {
  std::vector<Json> items;
  const std::vector<const Tool*> tools = tools_of(broker_, caller);
  for (const Kind& kind : kinds_)
    if (kind.variable.empty() != is_template && is_for(kind, tools)) items.push_back(kind.shown);
  return mcp::Listing::build(items);
}

/// Plans are for whoever sees a tool that makes them.
bool ProductResources::is_for(const Kind& kind, std::span<const Tool* const> tools) {
  if (!kind.tool.empty()) return has_tool(tools, kind.tool);
  return std::any_of(tools.begin(), tools.end(), [](const Tool* tool) {
    return tool->effect == Effect::Destructive || tool->effect == Effect::Spend;
  });
}

void ProductResources::read(std::shared_ptr<mcp::Call> call, std::string uri) {
  for (const Kind& kind : kinds_) {
    const auto values = kind.uri.match(uri);
    if (!values) continue;
    const std::string id = kind.variable.empty() ? "" : values->at(kind.variable);
    return call->reply(contents(uri, ask(kind, *call, id)));
  }
  call->reply(mcp::resource_not_found(uri));
}

Reply ProductResources::ask(const Kind& kind, mcp::Call& call, const std::string& id) {
  if (kind.tool.empty()) return broker_.plan(proven(call.caller()).principal, id);
  const Json arguments = kind.argument.empty() ? Json::object() : Json{{kind.argument, id}};
  const Reply reply = ask_tool(broker_, call, kind.tool, arguments);
  if (std::holds_alternative<Underway>(reply.outcome)) return operations_.as_it_is(reply);
  return reply;
}

}  // namespace tier0
