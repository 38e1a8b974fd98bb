#include "server/transport/http_media.h"

#include "server/base/text.h"

namespace tier0::transport {
namespace {

/// Cuts the part before the separator off the front of `rest`, without the spaces around it.
std::string_view next_part(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view part = trim(rest.substr(0, end));
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return part;
}

std::string_view unquote(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
    return text.substr(1, text.size() - 2);
  return text;
}

/// RFC 9110 section 12.4.2: a weight is 0 if all its digits are.
bool is_zero_weight(std::string_view parameters) {
  while (!parameters.empty()) {
    std::string_view value = next_part(parameters, ';');
    const std::string_view name = next_part(value, '=');
    if (same_name(name, "q"))
      return !value.empty() && trim(value).find_first_not_of("0.") == std::string_view::npos;
  }
  return false;
}

/// 3 for the type itself, 2 for its main type, 1 for any, 0 for another: RFC 9110 section 12.5.1,
/// the most specific range decides.
int precision(std::string_view range, std::string_view media_type) {
  if (same_name(range, media_type)) return 3;
  if (range == "*/*" || range == "*") return 1;
  const std::string_view main_type = media_type.substr(0, media_type.find('/') + 1);
  return range.size() == main_type.size() + 1 && range.back() == '*' &&
                 same_name(range.substr(0, main_type.size()), main_type)
             ? 2
             : 0;
}

}  // namespace

bool is_json(std::string_view content_type) {
  if (!same_name(next_part(content_type, ';'), "application/json")) return false;
  while (!content_type.empty()) {
    std::string_view value = next_part(content_type, ';');
    const std::string_view name = next_part(value, '=');
    if (same_name(name, "charset") && !same_name(unquote(trim(value)), "utf-8")) return false;
  }
  return true;
}

bool accepts(const RequestHead& head, std::string_view media_type) {
  bool asked = false;
  bool taken = false;
  int best = 0;
  for (const mcp::HeaderView& field : head.fields) {
    if (!same_name(field.name, "Accept")) continue;
    std::string_view ranges = field.value;
    while (!ranges.empty()) {
      std::string_view parameters = next_part(ranges, ',');
      const int found = precision(next_part(parameters, ';'), media_type);
      asked = true;
      if (found <= best) continue;
      best = found;
      taken = !is_zero_weight(parameters);
    }
  }
  return !asked || taken;
}

}  // namespace tier0::transport
