#pragma once

#include <set>
#include <string>
#include <vector>

#include "server/base/document.h"
#include "server/policy/profile.h"
#include "server/tool/registry.h"

namespace tier0 {

/// What profiles may name.
struct KnownNames {
  const Registry& registry;
  const std::map<std::string, std::string, std::less<>>& hosts;
  const std::set<std::string, std::less<>>& accounts;
};

/// What was found while reading: faults stop the start, warnings are for `doctor`.
struct Findings {
  std::vector<Detail> faults;
  std::vector<std::string> warnings;
};

/// The profile that a document of schemas/config/agent.schema.json says. Faults are added with
/// their places; with any, the value is not to be used.
AgentProfile parse_profile(const Document& document, const KnownNames& known, Findings& findings);

}  // namespace tier0
