#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "server/base/json.h"
#include "server/mcp/listing.h"
#include "server/mcp/methods.h"
#include "server/mcp/service.h"

namespace tier0::mcp {

/// Writes the `result` of a response, as bytes. In the newest revision every result says what kind
/// it is and who wrote it; in the older ones neither may show. Immutable.
class ResultWriter {
 public:
  ResultWriter(const ServerInfo& info, std::chrono::milliseconds list_ttl);

  const Json& server_info() const { return server_info_; }

  /// What a handler answered.
  std::string complete(Method method, Json result, Revision revision) const;
  /// `{}`, or its modern form.
  std::string empty(Revision revision) const;
  /// One page: `items` are serialised, `next` is the cursor of the next page if there is one.
  std::string page(std::string_view member, std::string_view items,
                   const std::optional<std::string>& next, CacheScope scope,
                   Revision revision) const;
  /// server/discover; `body` is an object.
  std::string discovery(Json body) const;
  /// Either may be empty, not both.
  std::string input_required(const Json& requests, const std::string& state) const;
  /// The last message of a listen stream.
  std::string listen_end(const Json& subscription) const;

 private:
  std::string modern_head(std::string_view result_type) const;
  std::string caching(CacheScope scope, std::chrono::milliseconds ttl) const;

  Json server_info_;
  std::string meta_;  // `"_meta":{…}` with nothing but who wrote it
  std::chrono::milliseconds list_ttl_;
};

}  // namespace tier0::mcp
