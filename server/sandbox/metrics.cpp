// Usage over time. No sample is stored: each is a function of seed, machine and moment.

#include <array>
#include <cmath>

#include "server/base/clock.h"
#include "server/sandbox/fields.h"
#include "server/sandbox/handlers.h"
#include "server/sandbox/replies.h"

namespace tier0::sandbox {
namespace {

constexpr Millis kSpacing = 600'000;
constexpr double kMegabyte = 1'048'576;

/// A load that swings with the hour of the day, with noise that is the same each time it is read.
double load(const World& world, const Vm& vm, Millis at, std::uint64_t series) {
  std::uint64_t noise = world.seed * 1'000'003 + static_cast<std::uint64_t>(vm.id) * 31 + series +
                        static_cast<std::uint64_t>(at / kSpacing) * 7919;
  const double hour = static_cast<double>(at % 86'400'000) / 3'600'000;
  const double day = 0.5 + 0.4 * std::sin((hour - 8) / 24 * 2 * 3.14159265358979);
  return day * 0.8 + random_fraction(noise) * 0.2;
}

using Sample = Json (*)(const World& world, const Vm& vm, Millis at);

Json cpu(const World& world, const Vm& vm, Millis at) {
  return std::round(load(world, vm, at, 1) * 4500) / 100;
}
Json ram(const World& world, const Vm& vm, Millis at) {
  return static_cast<std::int64_t>(vm.memory * kMegabyte * (0.35 + load(world, vm, at, 2) * 0.2));
}
Json disk(const World&, const Vm& vm, Millis at) {
  const double days = static_cast<double>(at - vm.created) / 86'400'000;
  return static_cast<std::int64_t>(vm.disk_size * kMegabyte * std::min(0.95, 0.2 + days * 0.002));
}
Json outgoing(const World& world, const Vm& vm, Millis at) {
  return static_cast<std::int64_t>(load(world, vm, at, 3) * 40'000'000);
}
Json incoming(const World& world, const Vm& vm, Millis at) {
  return static_cast<std::int64_t>(load(world, vm, at, 4) * 15'000'000);
}
Json uptime(const World&, const Vm& vm, Millis at) {
  return at > vm.booted ? at - vm.booted : at - vm.created;
}

Json series(const Call& call, const Vm& vm, std::string_view unit, Sample sample, Millis from,
            Millis to) {
  Json usage = Json::object();
  const Millis first = (std::max(from, vm.created) + kSpacing - 1) / kSpacing * kSpacing;
  for (Millis at = first; at <= std::min(to, call.now); at += kSpacing)
    usage[std::to_string(at / 1000)] = sample(call.world, vm, at);
  if (usage.empty()) return nullptr;
  return {{"unit", unit}, {"usage", std::move(usage)}};
}

/// A date alone and a time without a zone count as UTC.
std::optional<Millis> read_time(const std::string& text) {
  for (const std::string_view missing : {"", "Z", "T00:00:00Z"})
    if (const auto time = parse_time(text + std::string(missing)))
      return time->time_since_epoch().count();
  return std::nullopt;
}

}  // namespace

Response get_metrics(Call& call) {
  const Vm* vm = path_vm(call);
  if (vm == nullptr) return not_found(call.world);
  FieldProblems problems;
  std::array<Millis, 2> range{};
  constexpr std::array<std::string_view, 2> kNames = {"date_from", "date_to"};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    const std::string name(kNames[i]);
    const std::string spoken = i == 0 ? "date from" : "date to";
    const auto given = call.request.query.find(name);
    if (given == call.request.query.end() || given->second.empty()) {
      problems.add(name, "The " + spoken + " field is required.");
    } else if (const auto time = read_time(given->second)) {
      range[i] = *time;
    } else {
      problems.add(name, "The " + spoken + " must be a valid date.");
    }
  }
  if (auto refused = problems.response(call.world)) return *refused;
  const auto make = [&](std::string_view unit, Sample sample) {
    return series(call, *vm, unit, sample, range[0], range[1]);
  };
  const bool no_disk = call.world.quirks.on("metrics-null-series");
  return ok({{"cpu_usage", make("%", cpu)},
             {"ram_usage", make("bytes", ram)},
             {"disk_space", no_disk ? Json(nullptr) : make("bytes", disk)},
             {"outgoing_traffic", make("bytes", outgoing)},
             {"incoming_traffic", make("bytes", incoming)},
             {"uptime", make("milliseconds", uptime)}});
}

}  // namespace tier0::sandbox
