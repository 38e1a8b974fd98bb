#pragma once

#include "server/tool/runbook.h"
#include "tools/firewall_rules.h"

namespace tier0::tools {

/// Steps that bring a firewall of the account to the rules that the state wants. The plan leaves in
/// the state: "name", "wanted", "before" (matches_json) and, where there is one already,
/// "firewall".
StepResult create_firewall(StepContext& step);
Found find_created_firewall(StepContext& step);
/// One that we made stays: without a VPS it does nothing, and deleting a firewall would open every
/// VPS that has got it meanwhile.
StepResult leave_firewall(StepContext& step);

/// All at once where the provider can; else missing rules first, then the surplus ones, so that
/// nobody is locked out in between.
StepResult put_rules(StepContext& step);
/// Failed where put_rules was: half of the rules may be there, so it is undone.
StepResult check_rules(StepContext& step);
Found find_rules(StepContext& step);
/// Puts the rules from before back, once, and syncs them.
StepResult undo_rules(StepContext& step);

/// Rules do nothing until they are synced. Where no VM has the firewall there is nothing to sync.
StepResult sync_rules(StepContext& step);
Found find_synced(StepContext& step);
StepResult wait_until_synced(StepContext& step);

/// The firewall of that id or name; empty where there is none. Kind conflict where several have
/// the name.
Result<std::optional<Firewall>> find_firewall(HostingApi& hosting, const std::string& wanted,
                                              const Cancel& cancel);

}  // namespace tier0::tools
