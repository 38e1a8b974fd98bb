#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/base/cancel.h"
#include "server/base/json.h"
#include "server/base/result.h"

namespace tier0 {

/// Whether a request may be sent again after no answer came. An effect of `read` may; nothing else.
enum class Resend { Allowed, Never };

/// One vendor operation, for read-operation and call-operation. The caller has taken method, path
/// and effect from our own catalogue, never from an agent.
struct OperationRequest {
  std::string method = {};  // GET, POST, PUT, PATCH or DELETE
  std::string path = {};    // /api/…, parameters filled in and percent-encoded
  std::vector<std::pair<std::string, std::string>> query = {};
  std::optional<Json> body = {};
  Resend resend = Resend::Never;
};

struct OperationReply {
  int status = 0;  // 2xx
  Json body = {};  // null where the provider sent none
};

/// Any operation of the provider. Errors common to all methods: see HostingApi.
class OperationApi {
 public:
  virtual ~OperationApi() = default;
  /// Kind validation for a method or path outside the rules above.
  virtual Result<OperationReply> call_operation(const OperationRequest& request,
                                                const Cancel& cancel) = 0;
};

}  // namespace tier0
