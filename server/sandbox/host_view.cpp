#include "server/sandbox/host_view.h"

namespace tier0::sandbox {

Result<Unit> change_disk(HostView& view, std::string_view vps,
                         const std::function<void(Disk&)>& change) {
  constexpr int kTries = 100;
  for (int i = 0; i < kTries; ++i) {
    const std::optional<HostState> host = view.host(vps);
    if (!host) return Error{.code = Code::NotFound, .message = "there is no such machine"};
    Disk next = *host->disk;
    change(next);
    auto replaced = view.replace_disk(vps, host->disk, std::move(next));
    if (replaced || replaced.error().code != Code::Conflict) return replaced;
  }
  return Error{.code = Code::Conflict, .message = "the disk changes faster than it can be written"};
}

}  // namespace tier0::sandbox
