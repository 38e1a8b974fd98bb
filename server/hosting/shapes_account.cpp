#include "server/base/text.h"
#include "server/hosting/reader.h"
#include "server/hosting/shapes.h"

namespace tier0::hosting {
namespace {

Result<Order> parse_order(const Json& value) {
  Reader in(value, "an order");
  Order order{.id = in.id("id"),
              .status = in.text("status"),
              .currency = in.text("currency"),
              .subtotal_cents = in.integer("subtotal"),
              .total_cents = in.integer("total")};
  if (auto id = in.optional_text("subscription_id")) order.subscription = {*std::move(id)};
  T0_CHECK(in.done());
  return order;
}

Result<Price> parse_price(const Json& value) {
  Reader in(value, "a price");
  Price price{.id = {in.text("id")},
              .name = in.text("name"),
              .currency = in.text("currency"),
              .price_cents = in.integer("price"),
              .first_period_cents = in.integer("first_period_price"),
              .period = in.small_integer("period"),
              .period_unit = in.text("period_unit")};
  T0_CHECK(in.done());
  return price;
}

}  // namespace

Result<OsTemplate> parse_template(const Json& value) {
  Reader in(value, "a template");
  OsTemplate os{.id = {in.id("id")},
                .name = in.text("name"),
                .description = in.text("description"),
                .documentation = in.text("documentation")};
  T0_CHECK(in.done());
  return os;
}

Result<DataCenter> parse_data_center(const Json& value) {
  Reader in(value, "a data center");
  DataCenter center{.id = {in.id("id")},
                    .name = in.text("name"),
                    .location = in.text("location"),
                    .city = in.text("city"),
                    .continent = in.text("continent")};
  T0_CHECK(in.done());
  return center;
}

Result<PostInstallScript> parse_script(const Json& value) {
  Reader in(value, "a post-install script");
  PostInstallScript script{.id = {in.id("id")},
                           .name = in.text("name"),
                           .content = in.content("content"),
                           .created_at = in.time("created_at"),
                           .updated_at = in.time("updated_at")};
  T0_CHECK(in.done());
  return script;
}

Result<PurchasedVps> parse_purchase(const Json& value) {
  // 200 wraps the order; 202, with the payment pending, is the order alone.
  const Json* order = find_member(value, "order");
  PurchasedVps bought;
  T0_TRY(bought.order, parse_order(order == nullptr ? value : *order));
  if (const Json* vps = find_member(value, "virtual_machine"); vps != nullptr && !vps->is_null()) {
    T0_TRY(bought.vps, parse_vps(*vps));
  }
  return bought;
}

Result<PublicKey> parse_public_key(const Json& value) {
  Reader in(value, "a public key");
  PublicKey key{.id = {in.id("id")}, .name = in.text("name"), .key = in.content("key")};
  T0_CHECK(in.done());
  return key;
}

Result<FirewallRule> parse_firewall_rule(const Json& value) {
  Reader in(value, "a firewall rule");
  FirewallRule rule{.id = {in.id("id")},
                    .action = in.text("action"),
                    .match = {.protocol = in.text("protocol"),
                              .port = in.text("port"),
                              .source = in.text("source"),
                              .source_detail = in.text("source_detail")}};
  T0_CHECK(in.done());
  return rule;
}

Result<Firewall> parse_firewall(const Json& value) {
  Reader in(value, "a firewall");
  Firewall firewall{.id = {in.id("id")},
                    .name = in.text("name"),
                    .is_synced = in.boolean("is_synced"),
                    .created_at = in.time("created_at"),
                    .updated_at = in.time("updated_at")};
  T0_CHECK(in.done());
  T0_TRY(firewall.rules, parse_list(in.member("rules"), parse_firewall_rule));
  return firewall;
}

Result<Availability> parse_availability(const Json& value) {
  Reader in(value, "an availability");
  Availability availability{.domain = in.text("domain"),
                            .is_available = in.boolean("is_available"),
                            .is_alternative = in.boolean("is_alternative"),
                            .restriction = in.text("restriction")};
  T0_CHECK(in.done());
  return availability;
}

Result<std::string> parse_domain_name(const Json& value) {
  constexpr std::size_t kLongest = 253;
  if (!value.is_string())
    return Error{.code = Code::Upstream, .message = "a suggested domain name makes no sense"};
  return clean_text(value.get_ref<const std::string&>(), kLongest);
}

Result<Domain> parse_domain(const Json& value) {
  Reader in(value, "a domain");
  Domain domain{.id = in.id("id"),
                .domain = in.text("domain"),
                .type = in.text("type"),
                .status = in.text("status"),
                .created_at = in.time("created_at"),
                .expires_at = in.time("expires_at")};
  T0_CHECK(in.done());
  return domain;
}

Result<CatalogItem> parse_catalog_item(const Json& value) {
  Reader in(value, "a catalogue item");
  CatalogItem item{.id = in.text("id"), .name = in.text("name"), .category = in.text("category")};
  T0_CHECK(in.done());
  T0_TRY(item.prices, parse_list(in.member("prices"), parse_price));
  return item;
}

Result<Subscription> parse_subscription(const Json& value) {
  Reader in(value, "a subscription");
  Subscription subscription{.id = {in.text("id")},
                            .name = in.text("name"),
                            .status = in.text("status"),
                            .billing_period = in.small_integer("billing_period"),
                            .billing_period_unit = in.text("billing_period_unit"),
                            .currency = in.text("currency_code"),
                            .total_cents = in.integer("total_price"),
                            .renewal_cents = in.integer("renewal_price"),
                            .is_auto_renewed = in.boolean("is_auto_renewed"),
                            .created_at = in.time("created_at"),
                            .expires_at = in.time("expires_at"),
                            .next_billing_at = in.time("next_billing_at")};
  T0_CHECK(in.done());
  return subscription;
}

Result<PaymentMethod> parse_payment_method(const Json& value) {
  Reader in(value, "a payment method");
  PaymentMethod method{.id = {in.id("id")},
                       .name = in.text("name"),
                       .identifier = in.text("identifier"),
                       .kind = in.text("payment_method"),
                       .is_default = in.boolean("is_default"),
                       .is_expired = in.boolean("is_expired"),
                       .is_suspended = in.boolean("is_suspended"),
                       .expires_at = in.time("expires_at")};
  T0_CHECK(in.done());
  return method;
}

}  // namespace tier0::hosting
