#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/base/json.h"
#include "server/sandbox/disk.h"
#include "server/sandbox/fault.h"
#include "server/sandbox/quirks.h"

// The provider's world as plain values: everything that the state file keeps. It knows no HTTP, no
// clock and no thread.
namespace tier0::sandbox {

using Id = std::int64_t;

struct IpAddress {
  Id id = 0;
  std::string address = {};
  std::optional<std::string> ptr = {};
};

struct Backup {
  Id id = 0;
  std::int64_t size = 0;  // kB
  int restore_time = 0;   // seconds, the provider's estimate
  std::string location = {};
  Millis created = 0;
  bool daily = false;
  DiskPtr disk = {};
};

struct Snapshot {
  Id id = 0;
  int restore_time = 0;
  Millis created = 0;
  Millis expires = 0;
  DiskPtr disk = {};
};

struct Action {
  Id id = 0;
  std::string name = {};
  std::string state = "created";
  Millis created = 0;
  Millis updated = 0;
};

struct FirewallRule {
  Id id = 0;
  std::string protocol = {};
  std::string port = {};
  std::string source = {};
  std::string source_detail = {};
};

struct Firewall {
  Id id = 0;
  std::string name = {};
  bool is_synced = false;
  std::vector<FirewallRule> rules = {};
  std::int64_t revision = 0;  // rises with each change of the rules
  Millis created = 0;
  Millis updated = 0;
};

struct Vm {
  Id id = 0;
  std::optional<std::string> subscription = {};
  std::optional<Id> firewall = {};
  std::optional<Id> data_center = {};
  std::optional<std::string> plan = {};
  std::string hostname = {};
  std::string state = "running";
  Id busy_with = 0;  // the action that locks it, 0 when unlocked
  int cpus = 1;
  int memory = 4096;           // MB
  int disk_size = 51200;       // MB
  std::int64_t bandwidth = 0;  // MB a month
  std::optional<std::string> ns1 = {};
  std::optional<std::string> ns2 = {};
  std::vector<IpAddress> ipv4 = {};
  std::vector<IpAddress> ipv6 = {};
  Id template_id = 0;  // 0: no operating system yet
  Millis created = 0;

  // What the API never shows.
  DiskPtr disk = {};
  std::vector<FirewallRule> active_rules = {};  // what filters now; meaningless without a firewall
  std::int64_t active_revision = 0;             // the firewall's revision they come from
  std::string root_password = {};
  std::string panel_password = {};
  std::string rescue_password = {};
  Millis booted = 0;
  Millis ssh_from = 0;  // sshd is up from here on
  bool weekly_backups = true;
  bool daily_backups = false;
  std::vector<Backup> backups = {};
  std::optional<Snapshot> snapshot = {};
  std::optional<Millis> monarx_since = {};
  std::vector<Action> actions = {};
  Json script = Json::object();  // for the simulated host
};

struct PublicKey {
  Id id = 0;
  std::string name = {};
  std::string key = {};
};

struct PostInstallScript {
  Id id = 0;
  std::string name = {};
  std::string content = {};
  Millis created = 0;
  Millis updated = 0;
};

struct PaymentMethod {
  Id id = 0;
  std::string name = {};
  std::string identifier = {};
  std::string payment_method = "card";
  bool is_default = false;
  bool is_expired = false;
  bool is_suspended = false;
  Millis created = 0;
  Millis expires = 0;
};

struct Subscription {
  std::string id = {};
  std::string name = {};
  std::string status = "active";
  int billing_period = 1;
  std::string billing_period_unit = "month";
  std::string currency = "USD";
  std::int64_t total_price = 0;  // cents
  std::int64_t renewal_price = 0;
  bool is_auto_renewed = true;
  Millis created = 0;
  std::optional<Millis> expires = {};
  std::optional<Millis> next_billing = {};
};

struct Order {
  Id id = 0;
  std::string subscription = {};
  std::string status = {};
  std::string currency = "USD";
  std::int64_t subtotal = 0;
  std::int64_t total = 0;
  Millis created = 0;
  Millis updated = 0;
};

struct Domain {
  Id id = 0;
  std::optional<std::string> domain = {};  // empty: a credit for a free domain
  std::string type = "domain";
  std::string status = "active";
  std::string ns1 = {};
  std::string ns2 = {};
  bool privacy_allowed = true;
  bool privacy = false;
  bool lockable = true;
  bool locked = false;
  Id whois = 0;
  Millis created = 0;
  std::optional<Millis> expires = {};
};

/// All that one login at the provider owns.
struct Account {
  std::string name = {};
  std::vector<Vm> vms = {};
  std::vector<Firewall> firewalls = {};
  std::vector<PublicKey> keys = {};
  std::vector<PostInstallScript> scripts = {};
  std::vector<PaymentMethod> cards = {};
  std::vector<Subscription> subscriptions = {};
  std::vector<Order> orders = {};
  std::vector<Domain> domains = {};
};

struct Token {
  std::string id = {};  // full, expired, other: what the request log calls it
  std::string value = {};
  std::string account = {};
  bool expired = false;
};

/// Something that happens by itself at a known time.
struct Event {
  Millis at = 0;
  std::string what = {};
  std::string account = {};
  Id vm = 0;
  Id action = 0;
  Json args = Json::object();
};

struct World {
  std::uint64_t seed = 1;
  std::uint64_t random = 1;  // state of the generator
  Id last_id = 90000;
  Millis offset = 0;  // how far the provider's clock is ahead of the real one
  double time_scale = 60;
  std::vector<Account> accounts = {};
  std::vector<Token> tokens = {};
  std::vector<Event> events = {};
  Quirks quirks = {};
  std::vector<Fault> faults = {};
  std::vector<std::string> client_addresses = {"127.0.0.1", "198.51.100.9"};
};

/// The next id; never given twice in one world.
Id new_id(World& world);
/// 64 deterministic bits.
std::uint64_t next_random(std::uint64_t& state);
std::uint64_t random_bits(World& world);
/// Uniform in [0, 1).
double random_fraction(std::uint64_t& state);
/// `digits` lower-case hex digits.
std::string random_hex(World& world, std::size_t digits);
/// A UUID of version 4's shape.
std::string random_uuid(World& world);

/// Null where there is none.
Account* find_account(World& world, std::string_view name);
Vm* find_vm(Account& account, Id id);
Firewall* find_firewall(Account& account, Id id);

Json to_json_value(const World& world);
/// Kind validation, naming what does not fit.
Result<World> world_from_json(const Json& value);

}  // namespace tier0::sandbox
