#pragma once

#include <filesystem>

#include "server/base/cancel.h"
#include "server/base/fd.h"
#include "server/state/hello.h"

namespace tier0 {

/// Connects to an owner's socket and says hello. The descriptor is then a plain MCP stream (purpose
/// mcp) or for AdminClient. Kind not_found where nobody listens (not yet, or no longer); else the
/// owner's own refusal.
Result<OwnedFd> connect_local(const std::filesystem::path& socket, const Hello& hello,
                              const Clock& clock, const Cancel& cancel);

/// Requests over a connection with purpose admin, one at a time. Not thread-safe.
class AdminClient {
 public:
  static Result<AdminClient> connect(const std::filesystem::path& socket, Hello hello,
                                     const Clock& clock, const Cancel& cancel);

  Result<Json> call(const Json& request, const Cancel& cancel);

 private:
  AdminClient(OwnedFd fd, const Clock& clock) : fd_(std::move(fd)), clock_(&clock) {}

  OwnedFd fd_;
  const Clock* clock_;
};

}  // namespace tier0
