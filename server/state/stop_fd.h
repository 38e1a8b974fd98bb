#pragma once

#include <functional>
#include <optional>
#include <stop_token>

#include "server/base/fd.h"

namespace tier0 {

/// A stop token that poll can wait for: the descriptor becomes readable with the stop and stays so.
class StopFd {
 public:
  explicit StopFd(const std::stop_token& stop);
  StopFd(const StopFd&) = delete;
  StopFd& operator=(const StopFd&) = delete;

  int get() const { return fd_.get(); }

 private:
  const OwnedFd fd_;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

}  // namespace tier0
