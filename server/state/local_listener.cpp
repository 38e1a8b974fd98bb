#include "server/state/local_listener.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "server/state/socket_address.h"
#include "server/state/unix_group.h"

namespace tier0 {
namespace {

constexpr int kBacklog = 128;

Error cannot_listen(const std::filesystem::path& path, int code) {
  return {
      .code = Code::Internal,
      .message = "cannot listen on " + path.string() + ": " + std::generic_category().message(code),
      .hint = "Check the folder's owner and the disk."};
}

/// The socket of an owner that was killed. Anything else at the path is somebody's and stays.
Result<Unit> remove_stale(const std::filesystem::path& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) {
    if (errno == ENOENT) return Unit{};
    return cannot_listen(path, errno);
  }
  if (!S_ISSOCK(info.st_mode))
    return Error{.code = Code::WrongState,
                 .message = path.string() + " is not a socket",
                 .hint = "Move it away, or name another path."};
  if (::unlink(path.c_str()) != 0) return cannot_listen(path, errno);
  return Unit{};
}

}  // namespace

Result<LocalListener> LocalListener::bind(const std::filesystem::path& path,
                                          const std::optional<std::string>& group) {
  T0_TRY(const SocketAddress address, SocketAddress::of(path));
  T0_CHECK(remove_stale(path));
  OwnedFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return cannot_listen(path, errno);
  // Before the bind: Linux gives the path this mode, so that it is never wider for a moment.
  if (::fchmod(fd.get(), 0600) != 0) return cannot_listen(path, errno);
  if (::bind(fd.get(), address.get(), address.size()) != 0) return cannot_listen(path, errno);
  LocalListener listener(std::move(fd), path);
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) return cannot_listen(path, errno);
  listener.inode_ = info.st_ino;
  T0_CHECK(listener.protect(group));
  if (::listen(listener.fd_.get(), kBacklog) != 0) return cannot_listen(path, errno);
  return listener;
}

Result<Unit> LocalListener::protect(const std::optional<std::string>& group) {
  if (!group) {
    if (::chmod(path_.c_str(), 0600) != 0) return cannot_listen(path_, errno);
    return Unit{};
  }
  T0_TRY(const gid_t gid, find_group(*group));
  if (::chown(path_.c_str(), static_cast<uid_t>(-1), gid) != 0)
    return Error{.code = Code::NotConfigured,
                 .message = "the socket cannot be given to the group " + *group,
                 .hint = "The server's user must be a member of the group."};
  if (::chmod(path_.c_str(), 0660) != 0) return cannot_listen(path_, errno);
  return Unit{};
}

LocalListener::LocalListener(LocalListener&& other) noexcept
    : fd_(std::move(other.fd_)), path_(std::move(other.path_)), inode_(other.inode_) {}

LocalListener::~LocalListener() {
  struct stat info {};
  if (fd_ && ::lstat(path_.c_str(), &info) == 0 && info.st_ino == inode_) ::unlink(path_.c_str());
}

}  // namespace tier0
