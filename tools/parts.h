#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "server/base/json.h"
#include "server/base/result.h"

namespace tier0::tools {

/// Collects the parts of a joined answer that could not be read, so that one failing read does not
/// fail the whole.
class Parts {
 public:
  /// The value, or null after noting why the part is missing.
  template <class T>
  const T* read(std::string_view part, const Result<T>& result) {
    if (result) return &*result;
    note(part, result.error());
    return nullptr;
  }

  void note(std::string_view part, const Error& error);

  /// [{part, kind, reason}], for the member `unavailable`.
  const Json& json() const { return unavailable_; }
  bool empty() const { return unavailable_.empty(); }

 private:
  Json unavailable_ = Json::array();
};

}  // namespace tier0::tools
