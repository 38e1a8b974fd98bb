#pragma once

#include <optional>

#include "server/base/fd.h"
#include "server/base/result.h"

namespace tier0::sandbox {

/// A port of 127.0.0.1 that stays the same while it opens and closes: a socket that is bound to it
/// and never listens keeps others off, and lets connections be refused.
class HostPort {
 public:
  /// Kind internal where loopback has no port left.
  static Result<HostPort> reserve();

  int number() const { return number_; }
  bool is_open() const { return static_cast<bool>(listener_); }
  Result<Unit> open();
  void close() { listener_.reset(); }

  /// Non-blocking, for poll; -1 while closed.
  int listener() const { return listener_.get(); }
  /// Empty where nobody waits.
  OwnedFd accept() const;

 private:
  OwnedFd reservation_;
  OwnedFd listener_;
  int number_ = 0;
};

}  // namespace tier0::sandbox
