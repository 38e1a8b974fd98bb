#include "server/sandbox/purchase.h"

#include <algorithm>

#include "server/sandbox/catalog.h"
#include "server/sandbox/handlers.h"
#include "server/sandbox/install.h"
#include "server/sandbox/replies.h"
#include "server/sandbox/views.h"

namespace tier0::sandbox {
namespace {

using Kind = FieldRule::Kind;
using Need = FieldRule::Need;

constexpr double kClearingSeconds = 1800;

constexpr FieldRule kRules[] = {
    {.name = "item_id"},
    {.name = "payment_method_id", .kind = Kind::Integer, .need = Need::Optional},
    {.name = "setup", .kind = Kind::Object},
    {.name = "coupons", .kind = Kind::List, .need = Need::Optional},
};

Millis term_of(const Price& price) {
  return kDay * price.period * (price.unit == "year" ? 365 : 30);
}

const PaymentMethod* chosen_card(const Call& call) {
  const Json* id = find_member(call.body, "payment_method_id");
  const auto& cards = call.account.cards;
  const auto found = id != nullptr && id->is_number_integer()
                         ? std::ranges::find(cards, id->get<Id>(), &PaymentMethod::id)
                         : std::ranges::find(cards, true, &PaymentMethod::is_default);
  return found == cards.end() ? nullptr : &*found;
}

Order& charge(World& world, Account& account, const Offer& offer, Millis now) {
  const Price& price = *offer.price;
  account.subscriptions.push_back({.id = "Sim" + random_hex(world, 13),
                                   .name = offer.item->name,
                                   .billing_period = price.period,
                                   .billing_period_unit = std::string(price.unit),
                                   .total_price = price.first_price,
                                   .renewal_price = price.price,
                                   .created = now,
                                   .expires = now + term_of(price),
                                   .next_billing = now + term_of(price) - kDay});
  // 21 % of tax, as in the documentation's example.
  account.orders.push_back({.id = new_id(world),
                            .subscription = account.subscriptions.back().id,
                            .status = "completed",
                            .subtotal = price.first_price,
                            .total = price.first_price + price.first_price * 21 / 100,
                            .created = now,
                            .updated = now});
  return account.orders.back();
}

Vm& deliver(World& world, Account& account, const Offer& offer, std::string subscription,
            Millis now) {
  Vm vm{.id = new_id(world),
        .subscription = std::move(subscription),
        .plan = offer.item->name,
        .state = "initial",
        .cpus = offer.item->cpus,
        .memory = offer.item->memory,
        .disk_size = offer.item->disk,
        .bandwidth = offer.item->bandwidth,
        .created = now,
        .disk = std::make_shared<const Disk>()};
  vm.hostname = "srv" + std::to_string(vm.id) + ".hstgr.cloud";
  account.vms.push_back(std::move(vm));
  return account.vms.back();
}

/// Payment pending: the order alone, and a machine that somebody has to set up once it cleared.
Response pending_purchase(Call& call, const Offer& offer) {
  Order& order = charge(call.world, call.account, offer, call.now);
  order.status = "payment_initiated";
  call.account.subscriptions.back().status = "future";
  schedule(call.world, {.at = call.now + scaled(call.world, kClearingSeconds),
                        .what = "order.clears",
                        .account = call.account.name,
                        .args = {{"order", order.id}, {"price", offer.price->id}}});
  Response response = ok(order_view(order));
  response.status = 202;
  return response;
}

std::optional<Response> invalid_purchase(Call& call) {
  FieldProblems problems;
  problems.check(call.body, kRules);
  if (!problems.has("setup"))
    check_setup(problems, call.world, call.account, call.body.at("setup"), "setup.");
  const Offer offer = find_price(string_member(call.body, "item_id"));
  if (!problems.has("item_id") && (offer.item == nullptr || offer.item->category != "VPS"))
    problems.add("item_id", "The selected item id is invalid.");
  if (!problems.has("payment_method_id") && chosen_card(call) == nullptr)
    problems.add("payment_method_id", "The selected payment method id is invalid.");
  return problems.response(call.world);
}

}  // namespace

Response purchase_vm(Call& call) {
  if (auto refused = invalid_purchase(call)) return *refused;
  const Offer offer = find_price(string_member(call.body, "item_id"));
  const Json& setup = call.body.at("setup");
  const std::string hostname = string_member(setup, "hostname");
  const bool bad_hostname = !hostname.empty() && !is_lower_fqdn(hostname);
  constexpr std::string_view kBadHostname =
      "[VPS:2004] The hostname must be a lowercase fully qualified domain name.";
  if (bad_hostname && !call.world.quirks.on("hostname-bare-label-422-after-charge"))
    return refused_inside(call.world, kBadHostname);
  if (call.world.quirks.on("202-purchase")) return pending_purchase(call, offer);

  const Order order = charge(call.world, call.account, offer, call.now);
  Vm& vm = deliver(call.world, call.account, offer, order.subscription, call.now);
  // From here on a refusal comes too late: the machine is there and costs money.
  call.took_effect = true;
  if (bad_hostname) return refused_inside(call.world, kBadHostname);
  const PaymentMethod* card = chosen_card(call);
  if (card->is_expired || card->is_suspended || call.suffers("card-declined"))
    return refusal(call.world, 402, "Payment failed. The card was declined.");
  start_setup(call, vm, setup);
  return ok({{"order", order_view(order)}, {"virtual_machine", vm_view(vm)}});
}

void assign_addresses(World& world, Vm& vm) {
  if (vm.ipv4.empty()) {
    // 198.18.0.0/15 is set aside for tests, and roomy enough for any fleet.
    const auto host = static_cast<std::uint64_t>(vm.id);
    vm.ipv4.push_back({.id = new_id(world),
                       .address = "198.18." + std::to_string(host / 250 % 250) + "." +
                                  std::to_string(host % 250 + 1),
                       .ptr = vm.hostname});
  }
  if (vm.ipv6.empty())
    vm.ipv6.push_back({.id = new_id(world),
                       .address = "2001:db8::" + std::to_string(vm.id % 10'000),
                       .ptr = std::nullopt});
}

void clear_order(World& world, Account& account, const Event& event) {
  const auto order =
      std::ranges::find(account.orders, event.args.value("order", Id{0}), &Order::id);
  const Offer offer = find_price(string_member(event.args, "price"));
  if (order == account.orders.end() || offer.item == nullptr) return;
  order->status = "completed";
  order->updated = event.at;
  const auto subscription =
      std::ranges::find(account.subscriptions, order->subscription, &Subscription::id);
  if (subscription != account.subscriptions.end()) subscription->status = "active";
  deliver(world, account, offer, order->subscription, event.at);
}

}  // namespace tier0::sandbox
