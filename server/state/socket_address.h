#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <filesystem>

#include "server/base/fd.h"
#include "server/base/result.h"

namespace tier0 {

/// The address of a unix socket. A path too long for it goes by the folder's descriptor, so it must
/// live until bind or connect has returned.
class SocketAddress {
 public:
  /// Kind not_found where the folder is missing, validation where no address can be made.
  static Result<SocketAddress> of(const std::filesystem::path& path);

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
  socklen_t size() const { return sizeof address_; }

 private:
  SocketAddress() = default;

  OwnedFd folder_;
  sockaddr_un address_{};
};

}  // namespace tier0
