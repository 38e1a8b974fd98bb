#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/json.h"

// What the provider sells and where: the same in every world.
namespace tier0::sandbox {

struct Template {
  std::int64_t id;
  std::string_view name;
  std::string_view description;
  std::string_view documentation;  // empty: null
  bool docker;
};

struct DataCenter {
  std::int64_t id;
  std::string_view name;
  std::string_view location;
  std::string_view city;
  std::string_view continent;
};

struct Price {
  std::string id;
  std::string name;
  std::int64_t price;        // cents, renewal
  std::int64_t first_price;  // cents, first period
  int period;
  std::string_view unit;
};

struct Item {
  std::string id;
  std::string name;
  std::string_view category;
  int cpus = 0;  // VPS only, as are the next three
  int memory = 0;
  int disk = 0;
  std::int64_t bandwidth = 0;
  std::vector<Price> prices;
};

std::span<const Template> templates();
std::span<const DataCenter> data_centers();
const std::vector<Item>& catalog();

const Template* find_template(std::int64_t id);
const DataCenter* find_data_center(std::int64_t id);

struct Offer {
  const Item* item = nullptr;
  const Price* price = nullptr;
};
/// Both null where no price has that id.
Offer find_price(std::string_view price_id);

Json template_view(const Template& system);
Json data_center_view(const DataCenter& center);
Json item_view(const Item& item);

}  // namespace tier0::sandbox
