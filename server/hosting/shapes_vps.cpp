#include <algorithm>
#include <charconv>

#include "server/hosting/reader.h"
#include "server/hosting/shapes.h"

namespace tier0::hosting {
namespace {

/// The provider's estimate, held to what can be added to a time.
std::chrono::seconds estimate(long long seconds) {
  constexpr std::chrono::seconds kLongest = std::chrono::days(30);
  return std::clamp(std::chrono::seconds(seconds), std::chrono::seconds(0), kLongest);
}

Result<IpAddress> parse_ip(const Json& value) {
  Reader in(value, "an IP address");
  IpAddress ip{.id = {in.id("id")}, .address = in.text("address"), .ptr = in.text("ptr")};
  T0_CHECK(in.done());
  return ip;
}

/// {"unit": …, "usage": {"<unix seconds>": number}}; the keys come in no order.
Result<std::optional<Series>> parse_series(const Json& value) {
  if (value.is_null()) return std::optional<Series>();
  Reader in(value, "a series");
  Series series{.unit = in.text("unit"), .samples = {}};
  T0_CHECK(in.done());
  constexpr long long kLastSecond = 253402300799;  // of the year 9999
  for (const auto& [key, number] : in.member("usage").items()) {
    long long seconds = 0;
    const auto [end, problem] = std::from_chars(key.data(), key.data() + key.size(), seconds);
    if (number.is_null()) continue;
    if (problem != std::errc() || end != key.data() + key.size() || seconds < 0 ||
        seconds > kLastSecond || !number.is_number())
      return Error{.code = Code::Upstream, .message = "a sample of the metrics makes no sense"};
    series.samples.push_back(
        {.at = std::chrono::sys_seconds(std::chrono::seconds(seconds)), .value = number});
  }
  std::ranges::sort(series.samples, {}, &Sample::at);
  return std::optional(std::move(series));
}

}  // namespace

Result<Vps> parse_vps(const Json& value) {
  Reader in(value, "a VPS");
  Vps vps{.id = {in.id("id")},
          .hostname = in.text("hostname"),
          .state = vps_state(in.text("state")),
          .is_locked = in.text("actions_lock") == "locked",
          .plan = in.text("plan"),
          .cpus = in.integer("cpus"),
          .memory_mb = in.integer("memory"),
          .disk_mb = in.integer("disk"),
          .bandwidth_mb = in.integer("bandwidth"),
          .ns1 = in.text("ns1"),
          .ns2 = in.text("ns2"),
          .created_at = in.time("created_at")};
  if (auto id = in.optional_text("subscription_id")) vps.subscription = {*std::move(id)};
  if (auto id = in.optional_id("firewall_group_id")) vps.firewall = {*std::move(id)};
  if (auto id = in.optional_id("data_center_id")) vps.data_center = {*std::move(id)};
  T0_CHECK(in.done());
  T0_TRY(vps.ipv4, parse_list(in.member("ipv4"), parse_ip));
  T0_TRY(vps.ipv6, parse_list(in.member("ipv6"), parse_ip));
  if (const Json& os = in.member("template"); !os.is_null()) {
    T0_TRY(vps.os, parse_template(os));
  }
  return vps;
}

Result<Action> parse_action(const Json& value) {
  Reader in(value, "an action");
  Action action{.id = {in.id("id")},
                .name = in.text("name"),
                .state = action_state(in.text("state")),
                .created_at = in.time("created_at"),
                .updated_at = in.time("updated_at")};
  T0_CHECK(in.done());
  return action;
}

Accepted parse_accepted(const Json& value) {
  auto action = parse_action(value);
  if (!action || action->name.empty()) return {};
  return {.action = *std::move(action)};
}

Result<Metrics> parse_metrics(const Json& value) {
  Reader in(value, "the metrics");
  T0_CHECK(in.done());
  Metrics metrics;
  T0_TRY(metrics.cpu, parse_series(in.member("cpu_usage")));
  T0_TRY(metrics.ram, parse_series(in.member("ram_usage")));
  T0_TRY(metrics.disk, parse_series(in.member("disk_space")));
  T0_TRY(metrics.incoming, parse_series(in.member("incoming_traffic")));
  T0_TRY(metrics.outgoing, parse_series(in.member("outgoing_traffic")));
  T0_TRY(metrics.uptime, parse_series(in.member("uptime")));
  return metrics;
}

Result<Backup> parse_backup(const Json& value) {
  Reader in(value, "a backup");
  Backup backup{.id = {in.id("id")},
                .size_kb = in.integer("size"),
                .restore_time = estimate(in.integer("restore_time")),
                .location = in.text("location"),
                .created_at = in.time("created_at")};
  T0_CHECK(in.done());
  return backup;
}

Result<std::optional<Snapshot>> parse_snapshot(const Json& value) {
  // "No snapshot" is one with id 0 and the current time, not 404; seen in the field.
  if (value.is_null() || Reader(value, "").integer("id") == 0) {
    Reader in(value.is_null() ? Json::object() : value, "a snapshot");
    T0_CHECK(in.done());
    return std::optional<Snapshot>();
  }
  Reader in(value, "a snapshot");
  Snapshot snapshot{.id = in.id("id"),
                    .restore_time = estimate(in.integer("restore_time")),
                    .created_at = in.time("created_at"),
                    .expires_at = in.time("expires_at")};
  T0_CHECK(in.done());
  return std::optional(std::move(snapshot));
}

Result<ScanMetrics> parse_scan_metrics(const Json& value) {
  Reader in(value, "the scan metrics");
  ScanMetrics metrics{.records = in.integer("records"),
                      .malicious = in.integer("malicious"),
                      .compromised = in.integer("compromised"),
                      .scanned_files = in.integer("scanned_files"),
                      .started_at = in.time("scan_started_at"),
                      .ended_at = in.time("scan_ended_at")};
  T0_CHECK(in.done());
  return metrics;
}

}  // namespace tier0::hosting
