#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "server/base/json.h"
#include "server/base/result.h"
#include "server/sandbox/message.h"

namespace tier0::sandbox {

/// One injected fault: which calls it hits, and what then happens. README.md lists the kinds.
struct Fault {
  std::int64_t id = 0;
  std::string kind;
  std::string method;     // empty: any
  std::string path;       // * matches within one segment, ** anything; empty: any
  std::string operation;  // the provider's operationId; empty: any
  int nth = 1;            // the first matching call that it hits, from 1
  int times = 0;          // how many it hits from there on; 0: all
  double probability = 1;
  bool after = false;  // the effect happens, then the fault
  int status = 500;
  Json body;  // null: the usual error body
  std::string content_type = "application/json";
  int delay = 0;    // milliseconds
  int matched = 0;  // calls that matched so far
  int hit = 0;
};

/// Kind validation, naming the member that is wrong.
Result<Fault> fault_from_json(const Json& value);
Json to_json_value(const Fault& fault);

/// Whether the fault hits this call; counts it. `draw` is uniform in [0, 1).
bool strikes(Fault& fault, const Request& request, std::string_view operation, double draw);

/// Whether it changes what the call brings about, rather than how it is answered.
bool is_outcome(const Fault& fault);

/// `*` matches within one segment, `**` anything.
bool glob_matches(std::string_view pattern, std::string_view path);

}  // namespace tier0::sandbox
