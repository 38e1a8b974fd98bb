#pragma once

#include <memory>
#include <string>

#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "server/sandbox/control.h"
#include "server/sandbox/host_view.h"
#include "server/sandbox/ssh_side.h"
#include "server/sandbox/state_file.h"

namespace tier0::sandbox {

/// One world with its lock, clock and state file. Whatever it answers is on disk before it is
/// answered, so a client never knows more than the state file. Thread-safe.
class Simulation final : public HostView {
  struct Opened {};

 public:
  /// Continues the world in the state file, unless `fresh` is set or there is none. Kind
  /// not_configured or validation where the file or the fixture does not fit.
  static Result<std::unique_ptr<Simulation>> open(const Seeding& seeding, bool fresh,
                                                  const std::string& state_file,
                                                  const Clock& clock);

  /// For open() only.
  Simulation(Opened, Stage stage, const std::string& state_file, const Clock& clock)
      : clock_(clock), file_(state_file), stage_(std::move(stage)) {}

  /// A call at the API.
  Response call(const Request& request);
  /// A call at the control plane.
  Response control_call(const Request& request);
  /// What the hosts of the next reset let in.
  void seed_with(std::string deploy_public_key);
  /// Lets things happen by themselves, as they fall due, until the stop.
  void run(const std::stop_token& stop);

  std::string full_token() const;
  Json endpoints() const;

  std::vector<HostState> hosts() const override;
  std::optional<HostState> host(std::string_view vps) const override;
  bool lets_in(std::string_view vps, int port) const override;
  Result<Unit> replace_disk(std::string_view vps, const DiskPtr& seen, Disk next) override;
  Result<Unit> reboot(std::string_view vps) override;
  Result<Unit> power_off(std::string_view vps) override;
  void announce(std::string_view vps, const HostEndpoint& endpoint) override;
  Millis now() const override;
  double time_scale() const override;
  std::uint64_t revision() const override;
  std::uint64_t wait_for_change(std::uint64_t seen, TimePoint until,
                                const std::stop_token& stop) const override;

 private:
  Millis real() const { return clock_.wall().time_since_epoch().count(); }
  Millis now_locked() const REQUIRES(mutex_) { return real() + stage_.world.offset; }
  /// Lets everything due happen; true if anything was.
  bool catch_up() REQUIRES(mutex_);
  void changed() REQUIRES(mutex_);
  /// Runs `change` on a machine that is switched on.
  Result<Unit> with_running(std::string_view vps,
                            void (*change)(World&, const Machine&, Millis now));
  void save();

  const Clock& clock_;
  StateFile file_;
  mutable Mutex mutex_;
  mutable ConditionVariable condition_;
  Stage stage_ GUARDED_BY(mutex_);
  std::uint64_t revision_ GUARDED_BY(mutex_) = 1;
};

}  // namespace tier0::sandbox
