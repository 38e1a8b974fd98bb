#include "server/mcp/result_writer.h"

#include <utility>

#include "server/mcp/convert.h"
#include "server/mcp/envelope.h"

namespace tier0::mcp {
namespace {

Json describe(const ServerInfo& info) {
  Json described = {{"name", info.name}, {"version", info.version}};
  if (!info.title.empty()) described["title"] = info.title;
  return described;
}

std::string_view name_of(CacheScope scope) {
  return scope == CacheScope::Public ? "public" : "private";
}

/// The members of a serialised object, with a comma in front; nothing for an empty one.
std::string more_members(const Json& object) {
  if (object.empty()) return {};
  std::string text = dump_json(object);
  text.front() = ',';
  text.pop_back();
  return text;
}

}  // namespace

ResultWriter::ResultWriter(const ServerInfo& info, std::chrono::milliseconds list_ttl)
    : server_info_(describe(info)), list_ttl_(list_ttl) {
  Json meta = Json::object();
  meta[std::string(kMetaServerInfo)] = server_info_;
  meta_ = R"("_meta":)" + dump_json(meta);
}

std::string ResultWriter::modern_head(std::string_view result_type) const {
  std::string head = R"({"resultType":")";
  head += result_type;
  head += R"(",)";
  head += meta_;
  return head;
}

std::string ResultWriter::caching(CacheScope scope, std::chrono::milliseconds ttl) const {
  std::string text = R"(,"ttlMs":)" + std::to_string(ttl.count()) + R"(,"cacheScope":")";
  text += name_of(scope);
  text += '"';
  return text;
}

std::string ResultWriter::complete(Method method, Json result, Revision revision) const {
  result = convert_result(method, std::move(result), revision);
  if (!facts(revision).modern) return dump_json(result);

  result.erase("resultType");
  if (method == Method::ReadResource && !result.contains("ttlMs")) {
    result["ttlMs"] = 0;
    result["cacheScope"] = name_of(CacheScope::Private);
  }
  const auto meta = result.find("_meta");
  if (meta == result.end()) return modern_head("complete") + more_members(result) + '}';
  // The handler has something to say of its own.
  (*meta)[std::string(kMetaServerInfo)] = server_info_;
  result["resultType"] = "complete";
  return dump_json(result);
}

std::string ResultWriter::empty(Revision revision) const {
  return facts(revision).modern ? modern_head("complete") + '}' : "{}";
}

std::string ResultWriter::page(std::string_view member, std::string_view items,
                               const std::optional<std::string>& next, CacheScope scope,
                               Revision revision) const {
  std::string text;
  text.reserve(items.size() + 256);
  if (facts(revision).modern) {
    text += modern_head("complete");
    text += caching(scope, list_ttl_);
    text += ',';
  } else {
    text += '{';
  }
  text += '"';
  text += member;
  text += R"(":[)";
  text += items;
  text += ']';
  if (next) text += R"(,"nextCursor":)" + dump_json(*next);
  text += '}';
  return text;
}

std::string ResultWriter::discovery(Json body) const {
  return modern_head("complete") + caching(CacheScope::Private, list_ttl_) + more_members(body) +
         '}';
}

std::string ResultWriter::input_required(const Json& requests, const std::string& state) const {
  std::string text = modern_head("input_required");
  if (!requests.empty()) text += R"(,"inputRequests":)" + dump_json(requests);
  if (!state.empty()) text += R"(,"requestState":)" + dump_json(state);
  text += '}';
  return text;
}

std::string ResultWriter::listen_end(const Json& subscription) const {
  Json meta = Json::object();
  meta[std::string(kMetaServerInfo)] = server_info_;
  meta[std::string(kMetaSubscription)] = subscription;
  return R"({"resultType":"complete","_meta":)" + dump_json(meta) + '}';
}

}  // namespace tier0::mcp
