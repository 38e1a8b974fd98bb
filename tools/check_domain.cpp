// Whether names can be registered, and for how much. One request to the provider for each label.
#include <algorithm>
#include <map>

#include "tool_handlers.gen.h"
#include "tools/domain_name.h"
#include "tools/parts.h"

namespace tier0::tools {
namespace {

/// Labels in the order they were asked for, each with its endings.
using Wanted = std::vector<std::pair<std::string, std::vector<std::string>>>;

void want(Wanted& wanted, const std::string& label, const std::string& tld) {
  auto found = std::ranges::find(wanted, label, &Wanted::value_type::first);
  if (found == wanted.end()) found = wanted.insert(wanted.end(), {label, {}});
  if (std::ranges::find(found->second, tld) == found->second.end()) found->second.push_back(tld);
}

Result<Wanted> parse_wanted(const Json& args) {
  std::vector<std::string> tlds;
  for (const Json& tld : args.value("tlds", Json::array())) {
    T0_TRY(const DomainName name, parse_domain_name(tld.get<std::string>(), "tlds"));
    tlds.push_back(name.text());
  }
  Wanted wanted;
  for (const Json& text : args.at("names")) {
    T0_TRY(const DomainName name, parse_domain_name(text.get<std::string>(), "names"));
    if (!name.tld.empty()) {
      want(wanted, name.label, name.tld);
      continue;
    }
    if (tlds.empty())
      return Error{.code = Code::Validation,
                   .message = "names: '" + name.label + "' has no ending",
                   .hint = "Write " + name.label + ".com, or give tlds.",
                   .details = {{"names", "has no ending and tlds is empty"}}};
    for (const std::string& tld : tlds) want(wanted, name.label, tld);
  }
  return wanted;
}

Json money(long long cents, const std::string& currency) {
  const std::string fraction = std::to_string(cents % 100);
  return {{"cents", cents},
          {"currency", currency},
          {"text", std::to_string(cents / 100) + "." + (fraction.size() < 2 ? "0" : "") + fraction +
                       " " + currency}};
}

/// Whether a catalogue item sells this ending: ".COM" or ".COM Domain", but not ".COM.BR".
bool sells(const CatalogItem& item, const std::string& tld) {
  std::string name = item.name;
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  const std::string prefix = "." + tld;
  return name.starts_with(prefix) && (name.size() == prefix.size() || name[prefix.size()] == ' ');
}

const Price* yearly_price(const std::vector<CatalogItem>& items, const std::string& tld) {
  for (const CatalogItem& item : items)
    if (sells(item, tld))
      for (const Price& price : item.prices)
        if (price.period == 1 && price.period_unit == "year") return &price;
  return nullptr;
}

/// Looks each ending up once.
class Prices {
 public:
  Prices(ToolContext& context, Parts& parts) : context_(context), parts_(parts) {}

  void add_to(Json& item, const std::string& tld) {
    auto found = items_.find(tld);
    if (found == items_.end()) found = items_.emplace(tld, look_up(tld)).first;
    if (!found->second) return;
    const Price* price = yearly_price(*found->second, tld);
    item["sold_here"] = price != nullptr;
    if (price == nullptr) return;
    item["first_price"] = money(price->first_period_cents, price->currency);
    item["renewal_price"] = money(price->price_cents, price->currency);
    item["item_id"] = price->id.value;
  }

 private:
  std::optional<std::vector<CatalogItem>> look_up(const std::string& tld) {
    std::string upper = tld;
    std::ranges::transform(upper, upper.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
    auto items = context_.hosting.list_catalog({.category = "DOMAIN", .name = "." + upper + "*"},
                                               context_.cancel);
    if (parts_.read("prices of ." + tld, items) == nullptr) return std::nullopt;
    return *std::move(items);
  }

  ToolContext& context_;
  Parts& parts_;
  std::map<std::string, std::optional<std::vector<CatalogItem>>> items_;
};

Json item_of(const Availability& answer) {
  Json item = {{"domain", answer.domain},
               {"available", answer.is_available},
               {"suggestion", answer.is_alternative}};
  if (!answer.restriction.empty()) item["restriction"] = answer.restriction;
  return item;
}

std::string tld_of(const std::string& domain) {
  return domain.substr(std::min(domain.find('.'), domain.size() - 1) + 1);
}

Result<std::vector<Availability>> suggestions(ToolContext& context, const Wanted& wanted,
                                              std::size_t limit) {
  // The provider suggests only for one label with one ending.
  const auto& [label, tlds] = wanted.front();
  T0_TRY(std::vector<Availability> answers,
         context.hosting.check_availability(
             {.label = label, .tlds = {tlds.front()}, .with_alternatives = true}, context.cancel));
  std::erase_if(answers, [](const Availability& answer) { return !answer.is_alternative; });
  if (answers.size() > limit) answers.resize(limit);
  return answers;
}

}  // namespace

Result<ToolOutput> check_domain(ToolContext& context, const Json& args) {
  T0_TRY(const Wanted wanted, parse_wanted(args));
  std::vector<Availability> answers;
  for (const auto& [label, tlds] : wanted) {
    T0_TRY(const auto some,
           context.hosting.check_availability({.label = label, .tlds = tlds}, context.cancel));
    answers.insert(answers.end(), some.begin(), some.end());
  }
  Parts parts;
  const auto asked = answers.size();
  if (const auto limit = args.at("suggest").get<std::size_t>(); limit > 0) {
    const auto more = suggestions(context, wanted, limit);
    if (const auto* list = parts.read("suggestions", more))
      answers.insert(answers.end(), list->begin(), list->end());
  }
  Prices prices(context, parts);
  Json items = Json::array();
  std::size_t available = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    Json item = item_of(answers[i]);
    if (args.at("with_price").get<bool>() && answers[i].is_available)
      prices.add_to(item, tld_of(answers[i].domain));
    if (i < asked && answers[i].is_available) ++available;
    items.push_back(std::move(item));
  }
  ToolOutput output{.summary = std::to_string(available) + " of " + std::to_string(asked) +
                               " names can be registered",
                    .data = {{"items", std::move(items)}}};
  if (!parts.empty()) output.data["unavailable"] = parts.json();
  return output;
}

}  // namespace tier0::tools
