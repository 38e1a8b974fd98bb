#include "server/sandbox/fault.h"

#include <algorithm>
#include <array>

namespace tier0::sandbox {
namespace {

constexpr std::array<std::string_view, 8> kAnswers = {"status", "vps-9999", "html",  "drop",
                                                      "reset",  "truncate", "delay", "drip"};
constexpr std::array<std::string_view, 9> kOutcomes = {
    "action-error", "action-never",         "action-delayed", "vm-error",     "never-synced",
    "locks-out",    "restored-without-key", "unhealthy",      "card-declined"};

Error wrong(std::string_view member, std::string_view problem) {
  return {.code = Code::Validation,
          .message = std::string(member) + " " + std::string(problem),
          .details = {{std::string(member), std::string(problem)}}};
}

Result<Unit> read_text(const Json& value, std::string_view name, std::string& into) {
  const Json* member = find_member(value, name);
  if (member == nullptr) return Unit{};
  if (!member->is_string()) return wrong(name, "must be text");
  into = member->get<std::string>();
  return Unit{};
}

Result<Unit> read_count(const Json& value, std::string_view name, int& into) {
  const Json* member = find_member(value, name);
  if (member == nullptr) return Unit{};
  if (!member->is_number_integer() || *member < 0 || *member > 86'400'000)
    return wrong(name, "must be a whole number, 0 or more");
  into = member->get<int>();
  return Unit{};
}

Result<Unit> check_members(const Json& value) {
  constexpr std::array<std::string_view, 16> kKnown = {
      "id",   "kind",   "method", "path",         "operation", "nth",     "times", "probability",
      "when", "status", "body",   "content_type", "delay_ms",  "matched", "hit",   "about"};
  if (!value.is_object()) return wrong("a fault", "must be an object");
  for (const auto& [name, member] : value.items())
    if (std::ranges::find(kKnown, name) == kKnown.end()) return wrong(name, "is not known");
  return Unit{};
}

Result<Unit> read_when(const Json& value, Fault& fault) {
  const std::string when = string_member(value, "when", "before");
  if (when != "before" && when != "after") return wrong("when", "must be before or after");
  // Half a body and a slow one are of an answer that was given.
  fault.after =
      when == "after" || fault.kind == "truncate" || fault.kind == "drip" || fault.kind == "delay";
  return Unit{};
}

}  // namespace

Result<Fault> fault_from_json(const Json& value) {
  T0_CHECK(check_members(value));
  Fault fault;
  T0_CHECK(read_text(value, "kind", fault.kind));
  const bool known = std::ranges::find(kAnswers, fault.kind) != kAnswers.end() || is_outcome(fault);
  if (!known) return wrong("kind", "must be one of those that the README lists");
  T0_CHECK(read_text(value, "method", fault.method));
  T0_CHECK(read_text(value, "path", fault.path));
  T0_CHECK(read_text(value, "operation", fault.operation));
  T0_CHECK(read_text(value, "content_type", fault.content_type));
  T0_CHECK(read_count(value, "nth", fault.nth));
  // "The third call" means one call; "from the third on" says times: 0.
  if (value.contains("nth")) fault.times = 1;
  T0_CHECK(read_count(value, "times", fault.times));
  T0_CHECK(read_count(value, "status", fault.status));
  T0_CHECK(read_count(value, "delay_ms", fault.delay));
  T0_CHECK(read_count(value, "matched", fault.matched));
  T0_CHECK(read_count(value, "hit", fault.hit));
  if (fault.nth < 1) return wrong("nth", "counts from 1");
  if (fault.status < 200 || fault.status > 599) return wrong("status", "must be 200 to 599");
  if (const Json* probability = find_member(value, "probability")) {
    if (!probability->is_number()) return wrong("probability", "must be a number");
    fault.probability = probability->get<double>();
  }
  if (const Json* body = find_member(value, "body")) fault.body = *body;
  if (const Json* id = find_member(value, "id"); id != nullptr && id->is_number_integer())
    fault.id = id->get<std::int64_t>();
  T0_CHECK(read_when(value, fault));
  return fault;
}

Json to_json_value(const Fault& fault) {
  return {{"id", fault.id},
          {"kind", fault.kind},
          {"method", fault.method},
          {"path", fault.path},
          {"operation", fault.operation},
          {"nth", fault.nth},
          {"times", fault.times},
          {"probability", fault.probability},
          {"when", fault.after ? "after" : "before"},
          {"status", fault.status},
          {"body", fault.body},
          {"content_type", fault.content_type},
          {"delay_ms", fault.delay},
          {"matched", fault.matched},
          {"hit", fault.hit}};
}

bool is_outcome(const Fault& fault) {
  return std::ranges::find(kOutcomes, fault.kind) != kOutcomes.end();
}

bool strikes(Fault& fault, const Request& request, std::string_view operation, double draw) {
  if (!fault.method.empty() && fault.method != request.method) return false;
  if (!fault.path.empty() && !glob_matches(fault.path, request.path)) return false;
  if (!fault.operation.empty() && fault.operation != operation) return false;
  ++fault.matched;
  if (fault.matched < fault.nth) return false;
  if (fault.times > 0 && fault.hit >= fault.times) return false;
  if (draw >= fault.probability) return false;
  ++fault.hit;
  return true;
}

bool glob_matches(std::string_view pattern, std::string_view path) {
  if (pattern.empty()) return path.empty();
  if (pattern.starts_with("**")) {
    for (std::size_t skip = 0; skip <= path.size(); ++skip)
      if (glob_matches(pattern.substr(2), path.substr(skip))) return true;
    return false;
  }
  if (pattern.front() == '*') {
    for (std::size_t skip = 0;; ++skip) {
      if (glob_matches(pattern.substr(1), path.substr(skip))) return true;
      if (skip == path.size() || path[skip] == '/') return false;
    }
  }
  return !path.empty() && path.front() == pattern.front() &&
         glob_matches(pattern.substr(1), path.substr(1));
}

}  // namespace tier0::sandbox
