#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <thread>
#include <vector>

#include "server/base/fd.h"
#include "server/base/result.h"

namespace tier0::cli {

/// What a running server reacts to: SIGINT and SIGTERM ask it to stop, SIGHUP and a change in a
/// watched folder ask it to reload.
class Signals {
 public:
  /// Takes the signals away from every thread that starts after it; call it before the first one.
  static void block();

  /// `on_reload` runs on the watching thread, once for a burst of changes.
  static Result<std::unique_ptr<Signals>> watch(std::stop_source stop,
                                                std::function<void()> on_reload,
                                                const std::vector<std::filesystem::path>& folders);

 private:
  Signals() = default;
  void run(const std::stop_token& stop, std::stop_source& asked,
           const std::function<void()>& on_reload) const;

  OwnedFd signals_;
  OwnedFd changes_;
  OwnedFd wake_;
  std::jthread thread_;  // last: ends before what it reads
};

/// Returns when somebody asks to stop.
void wait_for_stop(const std::stop_token& stop);

}  // namespace tier0::cli
