#include "server/approval/approval_text.h"

#include <algorithm>

#include "server/base/text.h"

namespace tier0 {
namespace {

constexpr std::size_t kLineShown = 200;
constexpr std::size_t kNameInText = 80;
constexpr std::size_t kLinesShown = 8;

/// One line that cannot pretend to be two.
std::string one_line(std::string_view text, std::size_t limit) {
  std::string line = clean_text(text, limit);
  std::ranges::replace_if(
      line, [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return line;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string foreign_name(const std::string& name) {
  std::string quoted = one_line(name, kNameInText);
  std::ranges::replace(quoted, '"', '\'');
  return "named \"" + quoted + "\" there" +
         (is_ascii(quoted) ? "" : " (not all plain letters: compare the id)");
}

std::string target_line(const Json& target) {
  const std::string id = one_line(string_member(target, "id"), kNameInText);
  const std::string name = string_member(target, "name");
  std::string line = one_line(string_member(target, "kind", "thing"), kNameInText) + " " + id;
  if (!name.empty() && name != id) line += ", " + foreign_name(name);
  return line;
}

std::string entry_line(const Json& entry) {
  if (entry.is_object()) return target_line(entry);
  return one_line(entry.is_string() ? entry.get<std::string>() : dump_json(entry), kLineShown);
}

void add_lines(std::string& text, const std::string& heading, const Json& data,
               const std::string& member) {
  const Json* list = find_member(data, member);
  if (list == nullptr || !list->is_array() || list->empty()) return;
  text += heading + ":\n";
  const std::size_t shown = std::min(list->size(), kLinesShown);
  for (std::size_t i = 0; i < shown; ++i) text += "- " + entry_line((*list)[i]) + "\n";
  if (shown < list->size())
    text += "- and " + std::to_string(list->size() - shown) +
            " more, which tier0 approvals show lists\n";
}

std::string price_text(const Json& price) {
  if (price.is_null()) return "nothing";
  const std::string text = price.is_object() ? string_member(price, "text") : "";
  return one_line(text.empty() ? dump_json(price) : text, kLineShown);
}

}  // namespace

std::string approval_text(const PlanRow& plan, Effect effect) {
  const auto parsed = parse_json(plan.shown);
  const Json shown = parsed ? *parsed : Json::object();
  const Json data = shown.value("data", Json::object());
  const std::string rollback = string_member(data, "rollback");
  std::string text =
      plan.principal + " asks to run " + plan.tool + " (" + std::string(to_string(effect)) + ").\n";
  text += one_line(string_member(shown, "summary"), kLineShown) + "\n";
  add_lines(text, "Lost for good", data, "lost");
  text += "Price: " + price_text(data.value("price", Json())) + "\n";
  add_lines(text, "Targets", data, "targets");
  add_lines(text, "Effects", data, "effects");
  text += "Undo: " + (rollback.empty() ? "not possible" : one_line(rollback, kLineShown)) + "\n";
  text += "Plan " + plan.id + ", good until " + format_time(plan.expires);
  return text;
}

}  // namespace tier0
