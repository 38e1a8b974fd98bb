#pragma once

#include "server/base/json.h"
#include "server/sandbox/world.h"

// Resources as the API shows them.
namespace tier0::sandbox {

Json vm_view(const Vm& vm);
Json action_view(const Action& action);
Json backup_view(const Backup& backup);
Json snapshot_view(const Snapshot& snapshot);
Json rule_view(const FirewallRule& rule);
Json firewall_view(const Firewall& firewall);
Json key_view(const PublicKey& key);
Json script_view(const PostInstallScript& script);
Json order_view(const Order& order);
Json subscription_view(const Subscription& subscription);
Json card_view(const PaymentMethod& card);
Json domain_view(const Domain& domain);
Json domain_details_view(const Domain& domain);

}  // namespace tier0::sandbox
