// What one VPS could be restored from, over all three sources.
#include <algorithm>

#include "tool_handlers.gen.h"
#include "tools/parts.h"
#include "tools/vps_json.h"

namespace tier0::tools {
namespace {

/// The provider's free schedule is weekly; a day of grace.
constexpr std::chrono::hours kFresh{8 * 24};

Json entry(const std::string& id, const char* source, const std::optional<WallTime>& created,
           WallTime now) {
  Json json = {{"backup_id", id}, {"source", source}};
  set_time(json, "created_at", created);
  if (created) json["age_h"] = std::chrono::floor<std::chrono::hours>(now - *created).count();
  return json;
}

const char* verdict(const std::optional<WallTime>& newest, WallTime now) {
  if (!newest) return "none";
  return now - *newest <= kFresh ? "fresh" : "stale";
}

const char* add_provider_backups(Json& items, const VpsId& vps, ToolContext& context,
                                 Parts& parts) {
  const auto backups = context.hosting.list_backups(vps, context.cancel);
  const auto* list = parts.read("provider", backups);
  if (list == nullptr) return "unavailable";
  const WallTime now = context.clock.wall();
  std::optional<WallTime> newest;
  for (const Backup& backup : *list) {
    newest = std::max(newest, backup.created_at);
    Json item = entry("provider:" + backup.id.value, "provider", backup.created_at, now);
    item["size_bytes"] = std::to_string(backup.size_kb * 1024);
    item["covers"] = "disk";
    item["restore_s"] = backup.restore_time.count();
    item["location"] = backup.location;
    items.push_back(std::move(item));
  }
  return verdict(newest, now);
}

const char* add_snapshot(Json& items, const VpsId& vps, ToolContext& context, Parts& parts) {
  const auto snapshot = context.hosting.get_snapshot(vps, context.cancel);
  const auto* slot = parts.read("snapshot", snapshot);
  if (slot == nullptr) return "unavailable";
  if (!*slot) return "none";
  const WallTime now = context.clock.wall();
  Json item = entry("snapshot:" + vps.value, "snapshot", (*slot)->created_at, now);
  item["covers"] = "disk";
  item["restore_s"] = (*slot)->restore_time.count();
  set_time(item, "expires_at", (*slot)->expires_at);
  items.push_back(std::move(item));
  return verdict((*slot)->created_at, now);
}

}  // namespace

Result<ToolOutput> list_backups(ToolContext& context, const Json& args) {
  const VpsId id{args.at("vps").get<std::string>()};
  Parts parts;
  Json items = Json::array();
  Json verdicts = {{"provider", add_provider_backups(items, id, context, parts)}};
  // Nothing of a VPS that is not there can be listed: say so, not "unavailable" twice.
  if (!parts.empty() && parts.json()[0]["kind"] == to_string(Code::NotFound))
    return Error{.code = Code::NotFound,
                 .message = "there is no VPS " + id.value,
                 .hint = "Call list-vps for the ids."};
  verdicts["snapshot"] = add_snapshot(items, id, context, parts);
  verdicts["restic"] = to_string(Code::NotConfigured);
  if (context.cancel.stop.stop_requested())
    return Error{.code = Code::Cancelled, .message = "the call was cancelled"};
  std::stable_sort(items.begin(), items.end(), [](const Json& a, const Json& b) {
    return string_member(a, "created_at") > string_member(b, "created_at");
  });

  ToolOutput output{.summary = std::to_string(items.size()) + " backups of VPS " + id.value +
                               "; provider " + verdicts["provider"].get<std::string>() +
                               ", snapshot " + verdicts["snapshot"].get<std::string>()};
  if (verdicts["provider"] != "fresh")
    output.warnings.emplace_back(
        "the provider has no fresh backup: a restore would lose more than a week");
  output.data = {{"vps", id.value}, {"items", std::move(items)}, {"verdicts", std::move(verdicts)}};
  if (!parts.empty()) output.data["unavailable"] = parts.json();
  return output;
}

}  // namespace tier0::tools
