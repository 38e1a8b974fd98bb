#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "server/base/cancel.h"
#include "server/base/clock.h"
#include "server/base/fd.h"
#include "server/state/paths.h"

namespace tier0 {

/// What a process wants of a state directory.
struct StateClaim {
  std::filesystem::path directory;
  StateMode mode = StateMode::Real;
  std::string config_digest = {};  // sha256 of the configuration, hex
};

/// Another process has it, in the same mode and with the same configuration: speak to its socket.
struct OwnedBy {
  pid_t pid = 0;  // 0: not known
};

/// The right to use a state directory: one process at a time, for as long as this lives (or the
/// process: the kernel drops the lock of the dead). Sockets and stores of the directory must be
/// gone before it is. Children that do not exec share the lock.
class StateDirectory {
 public:
  using Opened = std::variant<std::unique_ptr<StateDirectory>, OwnedBy>;

  /// Makes the directory (0700) if need be and takes its lock; waits at most a second for an owner
  /// that is just starting. Kind wrong_state where the directory was used in the other mode, or its
  /// owner runs another configuration; forbidden where it belongs to somebody else or others can
  /// get at it; internal where it cannot be made.
  static Result<Opened> open(const StateClaim& claim, const Clock& clock, const Cancel& cancel);
  /// The same by the system's clock, where nothing can cancel yet.
  static Result<Opened> open(const StateClaim& claim);

  /// As open, but waits for the owner to leave.
  static Result<std::unique_ptr<StateDirectory>> wait_and_take(const StateClaim& claim,
                                                               const Clock& clock,
                                                               const Cancel& cancel);

  StateDirectory(StatePaths paths, StateMode mode, OwnedFd lock);
  ~StateDirectory();
  StateDirectory(const StateDirectory&) = delete;
  StateDirectory& operator=(const StateDirectory&) = delete;

  const StatePaths& paths() const { return paths_; }
  StateMode mode() const { return mode_; }

  /// Lets a unix group reach the socket (and nothing else: 0710). Holds until the next open.
  Result<Unit> admit_group(const std::string& group);

  /// After a reload: what later processes are compared with.
  Result<Unit> record_config(const std::string& digest);

 private:
  const StatePaths paths_;
  const StateMode mode_;
  OwnedFd lock_;
};

/// What is recorded in a state directory, whoever owns it; for commands that need only `--state`.
struct StateRecord {
  StateMode mode = StateMode::Real;
  std::string config_digest;  // of the owner, or of the last one
};
/// Empty where the directory was never used. Kind internal for a record that makes no sense.
Result<std::optional<StateRecord>> read_state_record(const StatePaths& paths);

}  // namespace tier0
