#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "server/base/json.h"
#include "server/sandbox/provider.h"

namespace tier0::sandbox {

/// What came in at the API, newest last; the oldest go when it is full. Bodies are kept whole: the
/// passwords in them are made up like everything here.
class RequestLog {
 public:
  void add(const Request& request, const Answer& answer, Millis now);
  void clear() { entries_.clear(); }

  /// {requests: […], last: N}. The query may hold since (a number), method, path (a pattern) and
  /// operation.
  Json list(const std::map<std::string, std::string>& query) const;

 private:
  struct Entry {
    std::int64_t number;
    Millis time;
    Request request;  // without headers
    Answer answer;    // without the body
  };
  static Json view(const Entry& entry);

  std::deque<Entry> entries_;
  std::int64_t last_ = 0;
};

}  // namespace tier0::sandbox
