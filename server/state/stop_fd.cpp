#include "server/state/stop_fd.h"

#include <sys/eventfd.h>

#include <cstdint>

namespace tier0 {

StopFd::StopFd(const std::stop_token& stop) : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  on_stop_.emplace(stop, [fd = fd_.get()] {
    const std::uint64_t one = 1;
    (void)!::write(fd, &one, sizeof one);
  });
}

}  // namespace tier0
