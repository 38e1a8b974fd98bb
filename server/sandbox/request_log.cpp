#include "server/sandbox/request_log.h"

#include <charconv>

#include "server/base/clock.h"
#include "server/sandbox/fault.h"

namespace tier0::sandbox {
namespace {

constexpr std::size_t kMostEntries = 5000;

std::string_view delivery_name(Delivery delivery) {
  switch (delivery) {
    case Delivery::Send:
      return "sent";
    case Delivery::Drop:
      return "dropped";
    case Delivery::Reset:
      return "reset";
    case Delivery::Truncate:
      return "truncated";
    case Delivery::Drip:
      return "dripped";
  }
  return "sent";
}

std::string value_of(const std::map<std::string, std::string>& query, const std::string& name) {
  const auto found = query.find(name);
  return found == query.end() ? "" : found->second;
}

}  // namespace

void RequestLog::add(const Request& request, const Answer& answer, Millis now) {
  Entry entry{.number = ++last_, .time = now, .request = request, .answer = answer};
  entry.request.headers.clear();
  entry.answer.response.body.clear();
  entries_.push_back(std::move(entry));
  if (entries_.size() > kMostEntries) entries_.pop_front();
}

Json RequestLog::view(const Entry& entry) {
  const auto body = parse_json(entry.request.body);
  return {{"number", entry.number},
          {"time", format_time(WallTime(std::chrono::milliseconds(entry.time)))},
          {"method", entry.request.method},
          {"path", entry.request.path},
          {"query", entry.request.query},
          {"body", body ? *body : Json(entry.request.body)},
          {"token", entry.answer.token},
          {"operation", entry.answer.operation},
          {"status", entry.answer.response.status},
          {"effect", entry.answer.effect},
          {"fault", entry.answer.fault},
          {"delivery", delivery_name(entry.answer.response.delivery)}};
}

Json RequestLog::list(const std::map<std::string, std::string>& query) const {
  std::int64_t since = 0;
  const std::string since_text = value_of(query, "since");
  std::from_chars(since_text.data(), since_text.data() + since_text.size(), since);
  const std::string method = value_of(query, "method");
  const std::string path = value_of(query, "path");
  const std::string operation = value_of(query, "operation");
  Json list = Json::array();
  for (const Entry& entry : entries_) {
    if (entry.number <= since) continue;
    if (!method.empty() && entry.request.method != method) continue;
    if (!path.empty() && !glob_matches(path, entry.request.path)) continue;
    if (!operation.empty() && entry.answer.operation != operation) continue;
    list.push_back(view(entry));
  }
  return {{"requests", std::move(list)}, {"last", last_}};
}

}  // namespace tier0::sandbox
