// The provider's usage series of one VPS, reduced to figures that fit into an answer.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "tool_handlers.gen.h"
#include "tools/vps_json.h"

namespace tier0::tools {
namespace {

constexpr std::size_t kPoints = 50;

std::chrono::hours range_of(const std::string& name) {
  if (name == "1h") return std::chrono::hours(1);
  if (name == "6h") return std::chrono::hours(6);
  if (name == "7d") return std::chrono::hours(7 * 24);
  if (name == "30d") return std::chrono::hours(30 * 24);
  return std::chrono::hours(24);
}

double rounded(double value) {
  return std::round(value * 100) / 100;
}

/// The nearest-rank percentile of sorted, non-empty values.
double percentile(const std::vector<double>& sorted, double share) {
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

Json thinned(const Series& series) {
  Json points = Json::array();
  const std::size_t count = std::min(series.samples.size(), kPoints);
  for (std::size_t i = 0; i < count; ++i) {
    // The last point is always the newest sample.
    const Sample& sample = series.samples[(i + 1) * series.samples.size() / count - 1];
    points.push_back({{"at", format_time(sample.at)}, {"value", rounded(sample.value)}});
  }
  return points;
}

Json reduced(const Series& series, bool with_points) {
  std::vector<double> values;
  for (const Sample& sample : series.samples) values.push_back(sample.value);
  const double last = values.back();
  std::ranges::sort(values);
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  Json json = {{"unit", series.unit},
               {"min", rounded(values.front())},
               {"avg", rounded(sum / static_cast<double>(values.size()))},
               {"p95", rounded(percentile(values, 0.95))},
               {"max", rounded(values.back())},
               {"last", rounded(last)},
               {"samples", values.size()}};
  if (with_points) json["points"] = thinned(series);
  return json;
}

}  // namespace

Result<ToolOutput> get_vps_metrics(ToolContext& context, const Json& args) {
  const VpsId id{args.at("vps").get<std::string>()};
  const std::string range = args.at("range").get<std::string>();
  const WallTime to = context.clock.wall();
  const WallTime from = to - range_of(range);
  T0_TRY(const Metrics metrics,
         context.hosting.get_metrics(id, {.from = from, .to = to}, context.cancel));

  Json data = {{"vps", id.value},
               {"from", format_time(from)},
               {"to", format_time(to)},
               {"missing", Json::array()}};
  const std::array<std::pair<const char*, const std::optional<Series>*>, 6> all = {
      {{"cpu", &metrics.cpu},
       {"memory", &metrics.ram},
       {"disk", &metrics.disk},
       {"traffic_in", &metrics.incoming},
       {"traffic_out", &metrics.outgoing},
       {"uptime", &metrics.uptime}}};
  for (const auto& [name, series] : all) {
    if (!*series || (*series)->samples.empty())
      data["missing"].push_back(name);
    else
      data[name] = reduced(**series, args.at("points").get<bool>());
  }
  ToolOutput output{.summary = "metrics of VPS " + id.value + " over the last " + range};
  if (const Json* cpu = find_member(data, "cpu"))
    output.summary += ", CPU p95 " + dump_json((*cpu)["p95"]) + " %";
  output.data = std::move(data);
  return output;
}

}  // namespace tier0::tools
