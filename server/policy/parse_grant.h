#pragma once

#include "server/policy/parse_profile.h"

namespace tier0 {

/// The grant at `pointer`, "/grants/1".
Grant parse_grant(const Document& document, const std::string& pointer, const KnownNames& known,
                  Findings& findings);

/// "agents/executor-codex.yaml grant 2", as decisions name it; counted from 1.
std::string grant_rule(const Document& document, std::size_t index);

}  // namespace tier0
