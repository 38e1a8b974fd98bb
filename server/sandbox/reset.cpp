#include "server/sandbox/reset.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace tier0::sandbox {
namespace {

struct End {
  std::string address;
  int port = 0;
};

using Lookup = int (*)(int, sockaddr*, socklen_t*);

End end_of(int socket, Lookup lookup) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (lookup(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (storage.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &storage, sizeof v4);
    inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    return {text.data(), ntohs(v4.sin_port)};
  }
  if (storage.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &storage, sizeof v6);
    inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
    return {text.data(), ntohs(v6.sin6_port)};
  }
  return {};
}

}  // namespace

void reset_connection(const std::string& peer_address, int peer_port, int local_port) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", ignored)) {
    const std::string name = entry.path().filename();
    int socket = -1;
    std::from_chars(name.data(), name.data() + name.size(), socket);
    const End peer = end_of(socket, getpeername);
    if (peer.port != peer_port || peer.address != peer_address) continue;
    if (end_of(socket, getsockname).port != local_port) continue;
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    // Dissolving the association sends the RST now; closing would come after a FIN.
    const sockaddr nobody{.sa_family = AF_UNSPEC, .sa_data = {}};
    ::connect(socket, &nobody, sizeof nobody);
  }
}

}  // namespace tier0::sandbox
