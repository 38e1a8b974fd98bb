#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/base/json.h"
#include "tests/fakes/scripted_server.h"

namespace tier0 {

/// The provider's own OpenAPI document, which is not ours to ship: TIER0_OPENAPI names it, or it
/// lies in ../shared/data beside the source tree.
class OpenApi {
 public:
  /// Empty where this machine has none.
  static std::optional<OpenApi> load();

  /// The operations whose path starts so.
  std::set<std::string> operations(const std::string& path_prefix) const;
  /// The operation that a request reaches, or an empty string.
  std::string operation_of(const fakes::ReceivedRequest& request) const;
  /// What is wrong with the query and the body of a request; empty: nothing.
  std::vector<std::string> problems(const fakes::ReceivedRequest& request) const;
  /// A 200 answer made of the document's examples.
  Json example_answer(const fakes::ReceivedRequest& request) const;

 private:
  struct Match {
    std::string path;
    const Json* operation = nullptr;
  };

  explicit OpenApi(Json document) : document_(std::move(document)) {}

  Match find(const fakes::ReceivedRequest& request) const;
  const Json& resolve(const Json& schema) const;
  void check(const Json& value, const Json& schema, const std::string& where,
             std::vector<std::string>& problems) const;
  void check_query(const Json& operation, const std::string& query,
                   std::vector<std::string>& problems) const;
  Json example(const Json& schema) const;

  Json document_;
};

}  // namespace tier0
