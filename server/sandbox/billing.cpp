// The catalogue, cards and subscriptions.

#include <algorithm>

#include "server/sandbox/catalog.h"
#include "server/sandbox/handlers.h"
#include "server/sandbox/replies.h"
#include "server/sandbox/views.h"

namespace tier0::sandbox {
namespace {

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

std::string query_value(const Call& call, const std::string& name) {
  const auto found = call.request.query.find(name);
  return found == call.request.query.end() ? "" : found->second;
}

Response set_auto_renewal(Call& call, bool renewed) {
  const auto found =
      std::ranges::find(call.account.subscriptions, call.path.at(0), &Subscription::id);
  if (found == call.account.subscriptions.end()) return not_found(call.world);
  found->is_auto_renewed = renewed;
  found->status = renewed ? "active" : "not_renewing";
  found->next_billing.reset();
  if (renewed) found->next_billing = found->expires;
  return ok(subscription_view(*found));
}

}  // namespace

Response list_catalog(Call& call) {
  const std::string category = query_value(call, "category");
  const std::string name = upper(query_value(call, "name"));
  Json list = Json::array();
  for (const Item& item : catalog()) {
    if (!category.empty() && item.category != category) continue;
    if (!name.empty() && !glob_matches(name, upper(item.name))) continue;
    list.push_back(item_view(item));
  }
  return ok(list);
}

Response list_payment_methods(Call& call) {
  Json list = Json::array();
  for (const PaymentMethod& card : call.account.cards) list.push_back(card_view(card));
  return ok(list);
}

Response list_subscriptions(Call& call) {
  Json list = Json::array();
  for (const Subscription& subscription : call.account.subscriptions)
    list.push_back(subscription_view(subscription));
  return ok(list);
}

Response disable_auto_renewal(Call& call) {
  return set_auto_renewal(call, false);
}

Response enable_auto_renewal(Call& call) {
  return set_auto_renewal(call, true);
}

}  // namespace tier0::sandbox
