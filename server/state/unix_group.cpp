#include "server/state/unix_group.h"

#include <grp.h>

#include <vector>

namespace tier0 {

Result<gid_t> find_group(const std::string& name) {
  std::vector<char> buffer(64 * 1024);
  group entry{};
  group* found = nullptr;
  if (::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) == 0 &&
      found != nullptr)
    return found->gr_gid;
  return Error{.code = Code::NotConfigured,
               .message = "there is no unix group " + name,
               .hint = "Make the group, or correct `socket: {group: …}`."};
}

}  // namespace tier0
