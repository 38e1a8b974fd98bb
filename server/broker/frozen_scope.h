#pragma once

#include <memory>
#include <span>
#include <string>

#include "server/base/ids.h"
#include "server/policy/decision.h"
#include "server/tool/tool.h"

namespace tier0 {

/// What the grants of a call allow, as JSON that outlives the call: for the call's own targets and
/// for these VPSs. An operation goes on with what it was started with, whatever is reloaded.
std::string freeze_scope(const GrantedScope& scope, const Tool& tool, const Json& args,
                         std::span<const VpsId> hosts);

/// The same again. Covers nothing where the text is none of ours.
std::shared_ptr<const GrantedScope> thaw_scope(const std::string& text);

}  // namespace tier0
