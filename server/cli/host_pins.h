#pragma once

#include <memory>
#include <string>

#include "server/audit/audit_log.h"
#include "server/cli/setup.h"
#include "server/policy/principal.h"
#include "server/state/state_directory.h"
#include "server/store/store.h"

namespace tier0::cli {

/// A person's wish that a host's key be trusted.
struct PinWish {
  HostName host;
  std::string fingerprint;  // "SHA256:…"
  std::string instead_of =
      {};  // what is pinned now, so that two people do not overwrite each other
};

/// Writes the row, between two records of the audit. Kind conflict where another key is pinned than
/// the wish says.
Result<Unit> pin_host_key(Store& store, AuditLog& audit, const Clock& clock, const Principal& who,
                          const std::string& transport, const PinWish& wish);

/// The pinned keys of a state directory, whoever owns it.
class HostPins {
 public:
  virtual ~HostPins() = default;
  /// Empty where none is pinned.
  virtual Result<std::string> known(const HostName& host) = 0;
  virtual Result<Unit> pin(const PinWish& wish) = 0;

  /// Takes the directory for as long as this lives, or speaks to its owner.
  static Result<std::unique_ptr<HostPins>> open(const Setup& setup);
};

/// Such a question at the owner's socket, asked by a person.
Json answer_about_pins(Store& store, AuditLog& audit, const Clock& clock, const Principal& who,
                       const Json& request);

}  // namespace tier0::cli
