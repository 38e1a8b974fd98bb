#pragma once

#include <map>
#include <string>

#include "server/base/json.h"

namespace tier0::transcripts {

/// What stands for values that differ from run to run. In an expected message a string `$name`
/// takes any string when it is first seen, and from then on only that one; in a message of the
/// client it is replaced by it. `$*` takes anything.
class Placeholders {
 public:
  /// Whether the message is the expected one.
  bool matches(const Json& expected, const Json& actual);
  /// The client's message with everything known filled in.
  std::string fill(std::string text) const;
  /// The actual message with the placeholders of the expected one kept where they stood; where
  /// nothing was expected, what is known to be random gets one.
  Json generalise(const Json& expected, const Json& actual);

 private:
  bool take(const std::string& name, const Json& actual);

  std::map<std::string, std::string> known_;
};

}  // namespace tier0::transcripts
