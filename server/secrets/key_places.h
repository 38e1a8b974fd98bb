#pragma once

#include <string>

#include "server/backend/secret_ref.h"
#include "server/secrets/secret_documents.h"

namespace tier0 {

/// Which secret holds the keys of a scope.
struct KeyPlace {
  SecretDocuments* documents = nullptr;
  std::string name;  // MOUNT/PATH
  std::string private_field = "private_key";
};

/// Where the keys of all scopes are kept.
struct KeyLayout {
  SecretRef deploy;                      // of ssh.private_key
  std::string tenants = {};              // MOUNT/PATH below which each tenant has a secret
  SecretDocuments* documents = nullptr;  // null: nothing can be written
};

/// The place of `deploy` or `tenant-SLUG`. Kind validation for what is no scope; not_configured
/// where nothing can be written, saying why.
Result<KeyPlace> place_of(const KeyLayout& layout, const std::string& scope);

}  // namespace tier0
