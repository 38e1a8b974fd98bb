#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/base/json.h"

namespace tier0::sandbox {

/// One operation of the vendor's document.
struct Operation {
  std::string id;
  std::string method;          // upper case
  std::string path;            // with {parameters}
  const Json* body = nullptr;  // the request's schema, null where it takes none
  const Json* responses = nullptr;
};

/// The vendor's own OpenAPI document as a judge of answers. It is not ours to ship: TIER0_OPENAPI
/// names it, or it lies in ../shared/data beside the source tree.
class Contract {
 public:
  /// Empty where this machine has none.
  static std::optional<Contract> load();

  const std::string& sha256() const { return sha256_; }
  const std::vector<Operation>& operations() const { return operations_; }
  const Operation& operation(const std::string& id) const;

  /// What is wrong with an answer; empty: nothing. A member that the document lists and the answer
  /// lacks counts, because the live API always sends all of them.
  std::vector<std::string> problems(const Operation& operation, int status, const Json& body) const;
  /// The names of the required members of a request, nested ones with a dot.
  std::vector<std::string> required(const Operation& operation) const;

 private:
  explicit Contract(Json document, std::string sha256);

  const Json& resolve(const Json& schema) const;
  void check(const Json& value, const Json& schema, const std::string& where,
             std::vector<std::string>& problems) const;
  void check_object(const Json& value, const Json& schema, const std::string& where,
                    std::vector<std::string>& problems) const;
  void add_required(const Json& schema, const std::string& prefix,
                    std::vector<std::string>& names) const;

  Json document_;
  std::string sha256_;
  std::vector<Operation> operations_;
};

}  // namespace tier0::sandbox
