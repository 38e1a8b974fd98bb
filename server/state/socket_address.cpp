#include "server/state/socket_address.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>

namespace tier0 {

Result<SocketAddress> SocketAddress::of(const std::filesystem::path& path) {
  SocketAddress made;
  made.address_.sun_family = AF_UNIX;
  std::string name = path.string();
  if (name.size() >= sizeof made.address_.sun_path) {
    made.folder_.reset(::open(path.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!made.folder_)
      return Error{.code = errno == ENOENT ? Code::NotFound : Code::Internal,
                   .message = "cannot reach the folder of the socket " + path.string(),
                   .hint = "Check --state or --socket."};
    name = "/proc/self/fd/" + std::to_string(made.folder_.get()) + "/" + path.filename().string();
  }
  if (name.empty() || name.size() >= sizeof made.address_.sun_path)
    return Error{.code = Code::Validation,
                 .message = "the name of the socket is too long: " + path.filename().string(),
                 .hint = "Use a file name of at most 80 bytes."};
  std::memcpy(made.address_.sun_path, name.data(), name.size());
  return made;
}

}  // namespace tier0
