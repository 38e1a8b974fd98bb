#pragma once

#include <memory>

#include "server/base/cancel.h"
#include "server/base/clock.h"
#include "server/net/http.h"
#include "server/net/http_client.h"

namespace tier0 {

/// One libcurl easy handle in a multi handle of its own, which keeps its connection open. Used by
/// one thread at a time.
class Channel {
 public:
  /// Loads and starts libcurl on the first call of the process. Kind not_configured where there is
  /// none on this machine.
  static Result<std::unique_ptr<Channel>> open();
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  HttpReply run(const HttpRequest& request, const HttpOptions& options, const Clock& clock,
                const Cancel& cancel);

 private:
  struct Handles;
  explicit Channel(std::unique_ptr<Handles> handles);

  std::unique_ptr<Handles> handles_;
};

}  // namespace tier0
