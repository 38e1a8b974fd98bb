#pragma once

#include <map>
#include <memory>
#include <string>

#include "server/base/mutex.h"
#include "server/sandbox/hosts.h"
#include "server/ssh/libssh_runner.h"

namespace tier0::sandbox {

/// A provider's world that does what a test says: one machine, "17", running and open, with a key
/// that logs in as smarteros. Thread-safe.
class TestWorld final : public HostView {
 public:
  TestWorld();

  /// Changes the machine's state; everyone who waits is told.
  void change(const std::function<void(HostState&)>& how);
  void change_disk_of_17(const std::function<void(Disk&)>& how);
  void add(HostState state);
  void remove(const std::string& vps);
  /// What /__sim/hosts would hand over.
  void script(Json script);

  const Secret& key() const { return key_; }
  const std::string& public_key() const { return public_key_; }
  std::string power_calls() const;

  /// Our own client, for the machine "17" as the host "web-1".
  std::unique_ptr<SshRunner> client(const Hosts& hosts, std::string user = "smarteros") const;

  std::vector<HostState> hosts() const override;
  std::optional<HostState> host(std::string_view vps) const override;
  bool lets_in(std::string_view vps, int port) const override;
  Result<Unit> replace_disk(std::string_view vps, const DiskPtr& seen, Disk next) override;
  Result<Unit> reboot(std::string_view vps) override;
  Result<Unit> power_off(std::string_view vps) override;
  void announce(std::string_view vps, const HostEndpoint& endpoint) override;
  Millis now() const override;
  double time_scale() const override { return 1; }
  std::uint64_t revision() const override;
  std::uint64_t wait_for_change(std::uint64_t seen, TimePoint until,
                                const std::stop_token& stop) const override;

  std::optional<HostEndpoint> announced(const std::string& vps) const;

 private:
  void changed() REQUIRES(mutex_);

  Secret key_;
  std::string public_key_;
  mutable Mutex mutex_;
  mutable ConditionVariable condition_;
  std::uint64_t revision_ GUARDED_BY(mutex_) = 1;
  std::map<std::string, HostState, std::less<>> states_ GUARDED_BY(mutex_);
  std::map<std::string, HostEndpoint, std::less<>> endpoints_ GUARDED_BY(mutex_);
  std::string power_calls_ GUARDED_BY(mutex_);
};

/// Whether something that others bring about holds within ten seconds.
bool holds_soon(const std::function<bool()>& claim);

/// Where the rescue system has the disk.
inline const std::string kRescueMount = "/mnt";

inline HostName web1() {
  return HostName{"web-1"};
}

/// What a failed result says, for INFO.
template <class T>
std::string problem(const Result<T>& result) {
  if (result) return "no error";
  return std::string(to_string(result.error().code)) + ": " + result.error().message;
}

}  // namespace tier0::sandbox
