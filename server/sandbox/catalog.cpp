#include "server/sandbox/catalog.h"

#include <algorithm>
#include <array>

namespace tier0::sandbox {
namespace {

constexpr std::array kTemplates = {
    Template{1077, "Ubuntu 24.04 LTS", "Ubuntu 24.04 LTS", "https://docs.ubuntu.com", false},
    Template{1121, "Ubuntu 24.04 with Docker", "Ubuntu 24.04 with Docker and Compose", "", true},
    Template{1130, "Debian 12", "Debian 12", "https://www.debian.org/doc", false},
    Template{1141, "Debian 12 with Docker", "Debian 12 with Docker and Compose", "", true},
    Template{1155, "Ubuntu 24.04 with n8n", "Ubuntu 24.04 with n8n", "", true},
    Template{1009, "Ubuntu 22.04 with CyberPanel", "Ubuntu 22.04 with a control panel", "", false},
    Template{1203, "AlmaLinux 9", "AlmaLinux 9", "", false},
};

constexpr std::array kDataCenters = {
    DataCenter{9, "bru", "br", "Sao Paulo", "South America"},
    DataCenter{11, "lit", "lt", "Vilnius", "Europe"},
    DataCenter{13, "fra", "fr", "Paris", "Europe"},
    DataCenter{17, "bos", "us", "Boston", "North America"},
    DataCenter{19, "phx", "us", "Phoenix", "North America"},
    DataCenter{23, "kul", "my", "Kuala Lumpur", "Asia"},
};

struct Plan {
  std::string_view key;
  std::string_view name;
  std::int64_t monthly;  // cents
  int cpus;
  int gigabytes;
};

void add_price(Item& item, std::string_view term, std::string_view words, std::int64_t price,
               std::int64_t first, int period, std::string_view unit) {
  item.prices.push_back({.id = item.id + "-usd-" + std::string(term),
                         .name = item.name + " (" + std::string(words) + ")",
                         .price = price,
                         .first_price = first,
                         .period = period,
                         .unit = unit});
}

Item vps_item(const Plan& plan) {
  Item item{.id = "hostingercom-vps-" + std::string(plan.key),
            .name = std::string(plan.name),
            .category = "VPS",
            .cpus = plan.cpus,
            .memory = plan.gigabytes * 1024,
            .disk = plan.gigabytes * 12'800,
            .bandwidth = static_cast<std::int64_t>(plan.gigabytes) * 1'048'576,
            .prices = {}};
  add_price(item, "1m", "billed every month", plan.monthly, plan.monthly / 2, 1, "month");
  add_price(item, "1y", "billed every year", plan.monthly * 9, plan.monthly * 6, 1, "year");
  add_price(item, "2y", "billed every 2 years", plan.monthly * 16, plan.monthly * 9, 2, "year");
  return item;
}

struct Zone {
  std::string_view tld;
  std::int64_t yearly;
  std::int64_t first;
};

Item domain_item(const Zone& zone) {
  std::string upper(zone.tld);
  std::ranges::transform(upper, upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  Item item{.id = "hostingercom-domain-" + std::string(zone.tld),
            .name = "." + upper + " Domain",
            .category = "DOMAIN",
            .prices = {}};
  add_price(item, "1y", "billed every year", zone.yearly, zone.first, 1, "year");
  add_price(item, "2y", "billed every 2 years", zone.yearly * 2, zone.first + zone.yearly, 2,
            "year");
  return item;
}

std::vector<Item> make_catalog() {
  constexpr std::array kPlans = {
      Plan{"kvm1", "KVM 1", 1199, 1, 4}, Plan{"kvm2", "KVM 2", 1799, 2, 8},
      Plan{"kvm4", "KVM 4", 2899, 4, 16}, Plan{"kvm8", "KVM 8", 4999, 8, 32},
      Plan{"game-panel1", "Game Panel 1", 1399, 1, 4}};
  // No .cl: what the catalogue does not list is not sold.
  constexpr std::array kZones = {Zone{"com", 1599, 999},   Zone{"net", 1699, 1299},
                                 Zone{"org", 1599, 899},   Zone{"store", 5499, 199},
                                 Zone{"online", 3599, 99}, Zone{"io", 6799, 3299},
                                 Zone{"dev", 1799, 1299},  Zone{"xyz", 1799, 199}};
  std::vector<Item> items;
  for (const Plan& plan : kPlans) items.push_back(vps_item(plan));
  for (const Zone& zone : kZones) items.push_back(domain_item(zone));
  Item mail{.id = "hostingercom-email-starter",
            .name = "Business Email Starter",
            .category = "EMAIL",
            .prices = {}};
  add_price(mail, "1y", "billed every year", 1908, 708, 1, "year");
  items.push_back(std::move(mail));
  return items;
}

Json text_or_null(std::string_view text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

}  // namespace

std::span<const Template> templates() {
  return kTemplates;
}

std::span<const DataCenter> data_centers() {
  return kDataCenters;
}

const std::vector<Item>& catalog() {
  static const std::vector<Item> items = make_catalog();
  return items;
}

const Template* find_template(std::int64_t id) {
  const auto found = std::ranges::find(kTemplates, id, &Template::id);
  return found == kTemplates.end() ? nullptr : &*found;
}

const DataCenter* find_data_center(std::int64_t id) {
  const auto found = std::ranges::find(kDataCenters, id, &DataCenter::id);
  return found == kDataCenters.end() ? nullptr : &*found;
}

Offer find_price(std::string_view price_id) {
  for (const Item& item : catalog())
    for (const Price& price : item.prices)
      if (price.id == price_id) return {&item, &price};
  return {};
}

Json template_view(const Template& system) {
  return {{"id", system.id},
          {"name", system.name},
          {"description", system.description},
          {"documentation", text_or_null(system.documentation)}};
}

Json data_center_view(const DataCenter& center) {
  return {{"id", center.id},
          {"name", center.name},
          {"location", center.location},
          {"city", center.city},
          {"continent", center.continent}};
}

Json item_view(const Item& item) {
  Json prices = Json::array();
  for (const Price& price : item.prices)
    prices.push_back({{"id", price.id},
                      {"name", price.name},
                      {"currency", "USD"},
                      {"price", price.price},
                      {"first_period_price", price.first_price},
                      {"period", price.period},
                      {"period_unit", price.unit}});
  Json metadata = nullptr;
  if (item.cpus > 0)
    metadata = {{"cpus", std::to_string(item.cpus)},
                {"memory", std::to_string(item.memory)},
                {"disk_space", std::to_string(item.disk)},
                {"bandwidth", std::to_string(item.bandwidth)}};
  return {{"id", item.id},
          {"name", item.name},
          {"category", item.category},
          {"metadata", std::move(metadata)},
          {"prices", std::move(prices)}};
}

}  // namespace tier0::sandbox
