#include "tests/hosts/test_world.h"

#include <stdexcept>

#include "server/ssh/key_pair.h"

namespace tier0::sandbox {
namespace {

constexpr Millis kNow = 1'795'000'000'000;
constexpr Millis kDay = 86'400'000;

HostState machine(const std::string& public_key) {
  Disk disk{.image = "img-1", .host_key_seed = std::string(64, '7')};
  disk.files["/root"] = {.kind = File::Kind::Directory, .mode = 0700};
  disk.files["/etc/hostname"] = {.content = "web-1.example\n"};
  disk.files["/etc/shadow"] = {.content = "root:*\n", .mode = 0600};
  add_authorized_key(disk, "smarteros", public_key, kNow);
  HostState state;
  state.vps = "17";
  state.hostname = "web-1.example";
  state.address = "203.0.113.10";
  state.power = Power::On;
  state.answers_ssh = true;
  state.host_key_seed = disk.host_key_seed;
  state.booted = kNow - 9 * kDay;
  state.cpus = 2;
  state.disk_mb = 102400;
  state.disk = std::make_shared<const Disk>(std::move(disk));
  return state;
}

}  // namespace

bool holds_soon(const std::function<bool()>& claim) {
  const SystemClock clock;
  const TimePoint deadline = clock.now() + std::chrono::seconds(10);
  while (!claim()) {
    if (clock.now() >= deadline) return false;
    clock.wait_until(clock.now() + std::chrono::milliseconds(5), {});
  }
  return true;
}

TestWorld::TestWorld() {
  auto pair = generate_key_pair("test");
  if (!pair) throw std::runtime_error("no key");
  key_ = std::move(pair->private_key);
  public_key_ = pair->public_key;
  add(machine(public_key_));
}

void TestWorld::changed() {
  ++revision_;
  condition_.notify_all();
}

void TestWorld::change(const std::function<void(HostState&)>& how) {
  const MutexLock lock(mutex_);
  how(states_.at("17"));
  changed();
}

void TestWorld::change_disk_of_17(const std::function<void(Disk&)>& how) {
  change([&how](HostState& state) {
    Disk next = *state.disk;
    how(next);
    state.disk = std::make_shared<const Disk>(std::move(next));
  });
}

void TestWorld::add(HostState state) {
  const MutexLock lock(mutex_);
  states_.insert_or_assign(state.vps, std::move(state));
  changed();
}

void TestWorld::remove(const std::string& vps) {
  const MutexLock lock(mutex_);
  states_.erase(vps);
  changed();
}

void TestWorld::script(Json script) {
  change([&script](HostState& state) { state.script = std::move(script); });
}

std::string TestWorld::power_calls() const {
  const MutexLock lock(mutex_);
  return power_calls_;
}

std::unique_ptr<SshRunner> TestWorld::client(const Hosts& hosts, std::string user) const {
  const auto first = hosts.endpoint("17");
  if (!first) throw std::runtime_error("no endpoint");
  SshOptions options{
      .user = std::move(user),
      .private_key = [key = key_](KeyUse, const Cancel&) -> Result<Secret> { return key; },
      .find_host = [endpoint = *first](const HostName&) -> std::optional<SshHost> {
        return SshHost{.address = endpoint.address,
                       .port = static_cast<std::uint16_t>(endpoint.port),
                       .host_key = *HostKeyFingerprint::parse(endpoint.host_key)};
      }};
  return make_ssh_runner(std::move(options));
}

std::vector<HostState> TestWorld::hosts() const {
  const MutexLock lock(mutex_);
  std::vector<HostState> list;
  for (const auto& [vps, state] : states_) list.push_back(state);
  return list;
}

std::optional<HostState> TestWorld::host(std::string_view vps) const {
  const MutexLock lock(mutex_);
  const auto found = states_.find(vps);
  if (found == states_.end()) return std::nullopt;
  return found->second;
}

bool TestWorld::lets_in(std::string_view vps, int) const {
  return host(vps).has_value();
}

Result<Unit> TestWorld::replace_disk(std::string_view vps, const DiskPtr& seen, Disk next) {
  const MutexLock lock(mutex_);
  const auto found = states_.find(vps);
  if (found == states_.end()) return Error{.code = Code::NotFound, .message = "gone"};
  if (found->second.disk != seen) return Error{.code = Code::Conflict, .message = "changed"};
  found->second.disk = std::make_shared<const Disk>(std::move(next));
  changed();
  return Unit{};
}

Result<Unit> TestWorld::reboot(std::string_view) {
  const MutexLock lock(mutex_);
  power_calls_ += "reboot ";
  return Unit{};
}

Result<Unit> TestWorld::power_off(std::string_view) {
  const MutexLock lock(mutex_);
  power_calls_ += "off ";
  return Unit{};
}

void TestWorld::announce(std::string_view vps, const HostEndpoint& endpoint) {
  const MutexLock lock(mutex_);
  endpoints_.insert_or_assign(std::string(vps), endpoint);
  condition_.notify_all();
}

std::optional<HostEndpoint> TestWorld::announced(const std::string& vps) const {
  const MutexLock lock(mutex_);
  const auto found = endpoints_.find(vps);
  if (found == endpoints_.end()) return std::nullopt;
  return found->second;
}

Millis TestWorld::now() const {
  return kNow;
}

std::uint64_t TestWorld::revision() const {
  const MutexLock lock(mutex_);
  return revision_;
}

std::uint64_t TestWorld::wait_for_change(std::uint64_t seen, TimePoint until,
                                         const std::stop_token& stop) const {
  const MutexLock lock(mutex_);
  condition_.wait_until(mutex_, stop, until,
                        [this, seen]() NO_THREAD_SAFETY_ANALYSIS { return revision_ != seen; });
  return revision_;
}

}  // namespace tier0::sandbox
