#pragma once

#include <string>

#include "server/backend/key_store.h"
#include "server/base/cancel.h"
#include "server/base/result.h"
#include "server/secrets/secret_json.h"

namespace tier0 {

/// One secret of several fields, as it was read.
struct SecretDocument {
  SecretJson fields = SecretJson(Json::object());  // empty where there is none
  bool exists = false;
  std::string version = {};  // the keeper's own; empty where it counts none
};

/// Secrets that can be written, by MOUNT/PATH. Thread-safe. Errors: secret_unavailable,
/// secret_denied, not_configured, cancelled, timeout; none quotes a value.
class SecretDocuments {
 public:
  virtual ~SecretDocuments() = default;

  virtual Result<SecretDocument> read(const std::string& name, const Cancel& cancel) = 0;
  /// Puts `fields` where `seen` was read. Kind conflict where something else lies there by now; it
  /// stays. With maybe_done the write may have happened: read again.
  virtual Result<Unit> replace(const std::string& name, const SecretDocument& seen,
                               const SecretJson& fields, const Cancel& cancel) = 0;
  /// Whether replace() may write and how safely, as far as it can be told without writing.
  virtual Result<KeyWriting> writable(const std::string& name, const Cancel& cancel) = 0;
};

}  // namespace tier0
