#include "server/service/caller.h"

#include <utility>

namespace tier0 {

mcp::Caller make_caller(Principal principal, std::string transport,
                        std::shared_ptr<const Exposure> exposure) {
  mcp::Caller caller{.name = principal.name()};
  caller.expires = principal.expires;
  caller.detail = std::make_shared<ProvenCaller>(
      ProvenCaller{std::move(principal), std::move(transport), std::move(exposure)});
  return caller;
}

const ProvenCaller& proven(const mcp::Caller& caller) {
  return *static_cast<const ProvenCaller*>(caller.detail.get());
}

}  // namespace tier0
