#include "server/sandbox/fault_answers.h"

#include <array>
#include <ctime>

#include "server/sandbox/replies.h"

namespace tier0::sandbox {

Fault* struck_answer(World& world, const Request& request, std::string_view operation) {
  for (Fault& fault : world.faults)
    if (!is_outcome(fault) && strikes(fault, request, operation, random_fraction(world.random)))
      return &fault;
  return nullptr;
}

std::vector<std::string> struck_outcomes(World& world, const Request& request,
                                         std::string_view operation) {
  std::vector<std::string> kinds;
  for (Fault& fault : world.faults)
    if (is_outcome(fault) && strikes(fault, request, operation, random_fraction(world.random)))
      kinds.push_back(fault.kind);
  return kinds;
}

Response faulty(World& world, const Fault& fault, Response right) {
  Response response = std::move(right);
  if (fault.kind == "status") {
    response = refusal(world, fault.status, "Something went wrong.");
    if (fault.body.is_string()) response.body = fault.body.get<std::string>();
    if (fault.body.is_structured()) response.body = dump_json(fault.body);
    response.content_type = fault.content_type;
  } else if (fault.kind == "vps-9999") {
    response = unlucky(world);
  } else if (fault.kind == "html") {
    response = {.status = fault.status,
                .body = "<!DOCTYPE html><html><body><h1>Bad gateway</h1></body></html>",
                .content_type = "text/html"};
  } else if (fault.kind == "drop") {
    response.delivery = Delivery::Drop;
  } else if (fault.kind == "reset") {
    response.delivery = Delivery::Reset;
  } else if (fault.kind == "truncate") {
    response.delivery = Delivery::Truncate;
  } else if (fault.kind == "drip") {
    response.delivery = Delivery::Drip;
  }
  response.delay = std::chrono::milliseconds(fault.delay);
  return response;
}

Response unlucky(World& world) {
  return refusal(world, 500, "[VPS:9999] Something went wrong. Please try again later.");
}

std::string http_date(Millis time) {
  const auto seconds = static_cast<std::time_t>(time / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  const std::size_t size =
      std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), size};
}

}  // namespace tier0::sandbox
