#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/backend/action.h"
#include "server/backend/provision_api.h"
#include "server/base/cancel.h"

namespace tier0 {

/// A key of the account's register: no date, no fingerprint, no usage.
struct PublicKey {
  PublicKeyId id = {};
  std::string name = {};
  std::string key = {};  // the OpenSSH line as stored, not cleaned
};

/// The account's register of public keys, which serves new VMs. It is bookkeeping, not access
/// control. Errors common to all methods: see HostingApi.
class KeyApi {
 public:
  virtual ~KeyApi() = default;

  virtual Result<std::vector<PublicKey>> list_keys(const Cancel& cancel) = 0;
  virtual Result<PublicKey> create_key(const NewPublicKey& key, const Cancel& cancel) = 0;
  /// Leaves the key on every VM that has it.
  virtual Result<Unit> delete_key(const PublicKeyId& key, const Cancel& cancel) = 0;
  /// On a running VM it may be accepted, hollow, and do nothing: trust only a login.
  virtual Result<Accepted> attach_keys(const VpsId& vps, const std::vector<PublicKeyId>& keys,
                                       const Cancel& cancel) = 0;
  /// Kind not_found is common in the field ([VPS:2002]) and then says nothing about the keys.
  virtual Result<std::vector<PublicKey>> list_attached_keys(const VpsId& vps,
                                                            const Cancel& cancel) = 0;
};

}  // namespace tier0
