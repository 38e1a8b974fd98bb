#include "tests/conformance/fixture_resources.h"

#include <string_view>
#include <vector>

#include "tests/conformance/fixture_tools.h"

namespace tier0::conformance {
namespace {

constexpr const char* kDefinitions = R"([
  {"uri":"test://static-text","name":"static-text","mimeType":"text/plain"},
  {"uri":"test://static-binary","name":"static-binary","mimeType":"image/png"},
  {"uri":"test://watched-resource","name":"watched-resource","mimeType":"text/plain"}])";
constexpr const char* kTemplates = R"([
  {"uriTemplate":"test://template/{id}/data","name":"template","mimeType":"application/json"}])";

constexpr std::string_view kTemplateHead = "test://template/";
constexpr std::string_view kTemplateTail = "/data";

mcp::Answer contents(Json content) {
  return {.result = {{"contents", Json::array({std::move(content)})}}};
}

mcp::Answer text(const std::string& uri, const char* type, const std::string& body) {
  return contents({{"uri", uri}, {"mimeType", type}, {"text", body}});
}

std::shared_ptr<const mcp::Listing> build(const char* definitions) {
  return mcp::Listing::build(Json::parse(definitions).get<std::vector<Json>>(),
                             mcp::CacheScope::Public);
}

}  // namespace

FixtureResources::FixtureResources() : list_(build(kDefinitions)), templates_(build(kTemplates)) {}

std::shared_ptr<const mcp::Listing> FixtureResources::list(const mcp::Caller&) {
  return list_;
}

std::shared_ptr<const mcp::Listing> FixtureResources::templates(const mcp::Caller&) {
  return templates_;
}

void FixtureResources::read(std::shared_ptr<mcp::Call> call, std::string uri) {
  if (uri == "test://static-text")
    return call->reply(text(uri, "text/plain", "The content of the static text resource."));
  if (uri == "test://watched-resource")
    return call->reply(text(uri, "text/plain", "Something to watch."));
  if (uri == "test://static-binary")
    return call->reply(contents({{"uri", uri}, {"mimeType", "image/png"}, {"blob", kPng}}));
  const bool fits = uri.starts_with(kTemplateHead) && uri.ends_with(kTemplateTail) &&
                    uri.size() > kTemplateHead.size() + kTemplateTail.size();
  if (!fits) return call->reply(mcp::resource_not_found(uri));
  const std::string id =
      uri.substr(kTemplateHead.size(), uri.size() - kTemplateHead.size() - kTemplateTail.size());
  call->reply(text(uri, "application/json", dump_json({{"id", id}})));
}

bool FixtureResources::may_watch(const mcp::Caller&, const std::string& uri) {
  return uri != "test://secret";
}

}  // namespace tier0::conformance
