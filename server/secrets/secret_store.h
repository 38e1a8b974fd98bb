#pragma once

#include "server/backend/secret_ref.h"
#include "server/base/cancel.h"
#include "server/base/result.h"
#include "server/base/secret.h"

namespace tier0 {

/// Where credentials come from. Thread-safe. Errors name the reference, never the value:
/// secret_unavailable (it is not there, or its keeper does not answer), secret_denied (it is there
/// and we may not or will not use it), not_configured (nothing keeps secrets of that kind).
class SecretStore {
 public:
  virtual ~SecretStore() = default;
  virtual Result<Secret> get(const SecretRef& ref, const Cancel& cancel) const = 0;
};

}  // namespace tier0
