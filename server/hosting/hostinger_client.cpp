#include "server/hosting/hostinger_client.h"

#include <utility>

#include "server/hosting/hostinger.h"
#include "server/hosting/shapes.h"

namespace tier0 {

std::unique_ptr<HostingApi> make_hostinger_client(HostingerOptions options, const Clock& clock) {
  return std::make_unique<hosting::Hostinger>(std::move(options), clock);
}

namespace hosting {

Result<Accepted> Hostinger::accept(Request request, const Cancel& cancel) {
  T0_TRY(const Reply reply, gateway_.write(request, cancel));
  return parse_accepted(reply.body);
}

Result<Accepted> Hostinger::act(const VpsId& vps, Request request, const Cancel& cancel) {
  request.check = "Read the recent actions and the state of VPS " + vps.value +
                  ": an action newer than this call means that it was accepted. Do not repeat the "
                  "call before that.";
  return accept(std::move(request), cancel);
}

}  // namespace hosting
}  // namespace tier0
