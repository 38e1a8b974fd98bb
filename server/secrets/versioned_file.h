#pragma once

#include <filesystem>
#include <string>

#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "server/secrets/secret_documents.h"

namespace tier0 {

/// Secrets in one file of mode 0600, each with its last ten versions: what the sandbox has in place
/// of Vault. A version in full: {"version": 3, "created_at": "…", "fields": {…}}. The file is
/// replaced as a whole, so that a crash leaves the old one or the new one. Thread-safe; one process
/// at a time, the owner of the state directory. Kind internal where the file cannot be used.
class VersionedFile final : public SecretDocuments {
 public:
  /// Reads and makes nothing yet; the folder must exist. The clock outlives this.
  VersionedFile(std::filesystem::path file, const Clock& clock)
      : file_(std::move(file)), clock_(clock) {}

  Result<SecretDocument> read(const std::string& name, const Cancel& cancel) override;
  Result<Unit> replace(const std::string& name, const SecretDocument& seen,
                       const SecretJson& fields, const Cancel& cancel) override;
  Result<KeyWriting> writable(const std::string& name, const Cancel& cancel) override;

 private:
  Result<SecretJson> load() const REQUIRES(mutex_);

  const std::filesystem::path file_;
  const Clock& clock_;
  mutable Mutex mutex_;
};

}  // namespace tier0
