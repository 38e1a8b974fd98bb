// The world to and from JSON: the state file, and fixtures, where every member that is missing
// keeps its default.

#include "server/base/text.h"
#include "server/crypto/crypto.h"
#include "server/sandbox/world.h"

namespace nlohmann {

template <class T>
struct adl_serializer<std::optional<T>> {
  static void to_json(json& to, const std::optional<T>& from) {
    if (from)
      to = *from;
    else
      to = nullptr;
  }
  static void from_json(const json& from, std::optional<T>& to) {
    if (from.is_null())
      to.reset();
    else
      to = from.get<T>();
  }
};

template <>
struct adl_serializer<tier0::sandbox::DiskPtr> {
  static void to_json(json& to, const tier0::sandbox::DiskPtr& from);
  static void from_json(const json& from, tier0::sandbox::DiskPtr& to);
};

}  // namespace nlohmann

namespace tier0::sandbox {

NLOHMANN_JSON_SERIALIZE_ENUM(File::Kind, {{File::Kind::Regular, "file"},
                                          {File::Kind::Directory, "directory"},
                                          {File::Kind::Link, "link"}})

static void to_json(Json& to, const File& from) {
  const bool text = is_utf8(from.content);
  to = {{"kind", from.kind},
        {text ? "content" : "base64", text ? from.content : crypto::base64_encode(from.content)},
        {"mode", from.mode},
        {"owner", from.owner},
        {"modified", from.modified}};
}

static void from_json(const Json& from, File& to) {
  const File normal;
  to.kind = from.value("kind", normal.kind);
  to.content = from.value("content", normal.content);
  if (from.contains("base64"))
    to.content = crypto::base64_decode(from.at("base64").get<std::string>()).value_or("");
  to.mode = from.value("mode", normal.mode);
  to.owner = from.value("owner", normal.owner);
  to.modified = from.value("modified", normal.modified);
}

#define T0_FIELDS NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT

T0_FIELDS(Container, service, name, image, digest, state, health, restarts)
T0_FIELDS(DockerProject, content, environment, containers, updated)
T0_FIELDS(Disk, image, host_key_seed, files, docker_supported, projects, facts)
T0_FIELDS(IpAddress, id, address, ptr)
T0_FIELDS(Backup, id, size, restore_time, location, created, daily, disk)
T0_FIELDS(Snapshot, id, restore_time, created, expires, disk)
T0_FIELDS(Action, id, name, state, created, updated)
T0_FIELDS(FirewallRule, id, protocol, port, source, source_detail)
T0_FIELDS(Firewall, id, name, is_synced, rules, revision, created, updated)
T0_FIELDS(Vm, id, subscription, firewall, data_center, plan, hostname, state, busy_with, cpus,
          memory, disk_size, bandwidth, ns1, ns2, ipv4, ipv6, template_id, created, disk,
          active_rules, active_revision, root_password, panel_password, rescue_password, booted,
          ssh_from, weekly_backups, daily_backups, backups, snapshot, monarx_since, actions, script)
T0_FIELDS(PublicKey, id, name, key)
T0_FIELDS(PostInstallScript, id, name, content, created, updated)
T0_FIELDS(PaymentMethod, id, name, identifier, payment_method, is_default, is_expired, is_suspended,
          created, expires)
T0_FIELDS(Subscription, id, name, status, billing_period, billing_period_unit, currency,
          total_price, renewal_price, is_auto_renewed, created, expires, next_billing)
T0_FIELDS(Order, id, subscription, status, currency, subtotal, total, created, updated)
T0_FIELDS(Domain, id, domain, type, status, ns1, ns2, privacy_allowed, privacy, lockable, locked,
          whois, created, expires)
T0_FIELDS(Account, name, vms, firewalls, keys, scripts, cards, subscriptions, orders, domains)
T0_FIELDS(Token, id, value, account, expired)
T0_FIELDS(Event, at, what, account, vm, action, args)

#undef T0_FIELDS

static Result<World> read_world(const Json& value) {
  World world;
  const World normal;
  world.seed = value.value("seed", normal.seed);
  world.random = value.value("random", world.seed);
  world.last_id = value.value("last_id", normal.last_id);
  world.offset = value.value("offset", normal.offset);
  world.time_scale = value.value("time_scale", normal.time_scale);
  world.accounts = value.value("accounts", normal.accounts);
  world.tokens = value.value("tokens", normal.tokens);
  world.events = value.value("events", normal.events);
  world.client_addresses = value.value("client_addresses", normal.client_addresses);
  const Json quirks = value.value("quirks", Json::object());
  for (const auto& [name, setting] : quirks.items()) T0_CHECK(world.quirks.set(name, setting));
  for (const Json& entry : value.value("faults", Json::array())) {
    T0_TRY(Fault fault, fault_from_json(entry));
    world.faults.push_back(std::move(fault));
  }
  return world;
}

Json to_json_value(const World& world) {
  Json faults = Json::array();
  for (const Fault& fault : world.faults) faults.push_back(to_json_value(fault));
  return {{"seed", world.seed},
          {"random", world.random},
          {"last_id", world.last_id},
          {"offset", world.offset},
          {"time_scale", world.time_scale},
          {"accounts", world.accounts},
          {"tokens", world.tokens},
          {"events", world.events},
          {"quirks", world.quirks.changed()},
          {"faults", std::move(faults)},
          {"client_addresses", world.client_addresses}};
}

Result<World> world_from_json(const Json& value) {
  if (!value.is_object())
    return Error{.code = Code::Validation, .message = "a world is a JSON object"};
  try {
    return read_world(value);
  } catch (const Json::exception& problem) {
    // The library's text names the type that was found, which is what the author of a fixture
    // needs.
    return Error{.code = Code::Validation,
                 .message = std::string("the world does not fit: ") + problem.what(),
                 .hint = "GET /__sim/fixture shows a complete one."};
  }
}

}  // namespace tier0::sandbox

namespace nlohmann {

void adl_serializer<tier0::sandbox::DiskPtr>::to_json(json& to,
                                                      const tier0::sandbox::DiskPtr& from) {
  if (from)
    to = *from;
  else
    to = nullptr;
}

void adl_serializer<tier0::sandbox::DiskPtr>::from_json(const json& from,
                                                        tier0::sandbox::DiskPtr& to) {
  to = from.is_null()
           ? nullptr
           : std::make_shared<const tier0::sandbox::Disk>(from.get<tier0::sandbox::Disk>());
}

}  // namespace nlohmann
