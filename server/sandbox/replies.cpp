#include "server/sandbox/replies.h"

#include <algorithm>
#include <charconv>

#include "server/base/clock.h"

namespace tier0::sandbox {

std::string stamp(Millis time) {
  const std::string text = format_time(WallTime(std::chrono::milliseconds(time)));
  return text.substr(0, 19) + "Z";
}

Json stamp_or_null(const std::optional<Millis>& time) {
  return time ? Json(stamp(*time)) : Json(nullptr);
}

Response ok(const Json& body) {
  return {.body = dump_json(body)};
}

Response accepted() {
  return ok({{"message", "Request accepted"}});
}

Response refusal(World& world, int status, std::string_view message) {
  return {.status = status,
          .body = dump_json({{"message", message}, {"correlation_id", random_uuid(world)}})};
}

Response refused_inside(World& world, std::string_view message) {
  return refusal(world, 422, message);
}

Response not_found(World& world) {
  return refusal(world, 404, "Resource not found.");
}

Response no_route(World& world) {
  return refusal(world, 404, "[VPS:2002] Route is not found.");
}

Response paged(const Call& call, const Json& entries) {
  std::size_t page = 1;
  if (const auto asked = call.request.query.find("page"); asked != call.request.query.end()) {
    const std::string& text = asked->second;
    std::from_chars(text.data(), text.data() + text.size(), page);
    page = std::clamp<std::size_t>(page, 1, 1'000'000);
  }
  const auto size =
      std::max<std::size_t>(1, static_cast<std::size_t>(call.world.quirks.number("page-size")));
  Json data = Json::array();
  for (std::size_t i = (page - 1) * size; i < entries.size() && data.size() < size; ++i)
    data.push_back(entries[i]);
  return ok({{"data", std::move(data)},
             {"meta", {{"current_page", page}, {"per_page", size}, {"total", entries.size()}}}});
}

}  // namespace tier0::sandbox
