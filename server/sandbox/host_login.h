#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/sandbox/host_view.h"

namespace tier0::sandbox {

/// Who may log in to a simulated host, by the rules of sshd.
struct HostLogin {
  std::string user;
  std::string forced_command = {};  // of the key's line; empty: whatever is asked for
};

/// By a public key, its base64 text given: a line of the user's authorized_keys, if neither the
/// file nor a folder above it can be written by others (StrictModes). Empty where it does not let
/// in; in the rescue system, always.
std::optional<HostLogin> login_by_key(const HostState& state, std::string_view user,
                                      std::string_view key);

/// By password: only root of the rescue system.
std::optional<HostLogin> login_by_password(const HostState& state, std::string_view user,
                                           std::string_view password);

}  // namespace tier0::sandbox
