#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/net/http_client.h"
#include "server/secrets/secret_json.h"
#include "server/secrets/vault_options.h"

namespace tier0 {

struct VaultRequest {
  std::string method = "GET";
  std::string path;  // below /v1/, percent-encoded
  std::optional<SecretJson> body = {};
  bool in_namespace = true;  // sys/seal-status knows the root namespace only
};

/// What Vault itself said: 2xx, 400, 403 or 404.
struct VaultAnswer {
  int status = 0;
  SecretJson body = {};  // null where there is none

  bool ok() const { return status == 200 || status == 204; }
  /// Whether one of its errors or warnings contains the text. They are read, never shown.
  bool says(std::string_view text) const;
};

/// Requests to Vault's HTTP API. Thread-safe. Errors: cancelled, timeout (of the call), and
/// secret_unavailable for everything that keeps Vault from answering: no connection, sealed, a
/// standby, overloaded, an answer that is none of Vault's. A request other than GET that may have
/// been carried out all the same has maybe_done. No error quotes what came over the wire.
class VaultHttp {
 public:
  VaultHttp(const VaultOptions& options, const Clock& clock);

  /// `token` may be null.
  Result<VaultAnswer> send(const VaultRequest& request, const Secret* token, const Cancel& cancel);

 private:
  HttpRequest compose(const VaultRequest& request, const Secret* token) const;
  Error unanswered(const Error& error, const Cancel& cancel) const;
  Result<VaultAnswer> judge(HttpResponse response) const;

  const std::string base_;
  const std::string namespace_;
  const std::chrono::milliseconds timeout_;
  const Clock& clock_;
  HttpClient client_;
};

}  // namespace tier0
