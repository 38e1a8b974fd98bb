#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/base/clock.h"
#include "server/mcp/call.h"
#include "server/mcp/seal.h"

namespace tier0::mcp {

/// What a sealed state is good for: this caller, this method, this tool, these arguments.
struct StateBinding {
  std::string principal;
  std::string method;
  std::string name;
  std::string arguments;  // digest
};

/// Digest of the arguments, the same for the same JSON however it was written.
std::string digest_arguments(const Json& arguments);

struct OpenState {
  Json data;
  int round = 0;
  std::string nonce = {};  // of a state that counts once
  std::chrono::sys_seconds expires = {};
};

/// One text for whatever is wrong with a state.
ProtocolError invalid_state();

/// Makes and checks `requestState`: a client carries what a handler needs to go on, and may neither
/// change it, nor use it for another call, nor, where it counts once, twice. Thread-safe.
class RequestStates {
 public:
  RequestStates(const Sealer& sealer, SpentNonces& spent, const Clock& clock,
                std::chrono::seconds lifetime)
      : sealer_(sealer), spent_(spent), clock_(clock), lifetime_(lifetime) {}

  /// Empty if `data` is too long to be carried.
  std::optional<std::string> seal(const StateBinding& binding, const OpenState& state,
                                  NeedsInput::Use use) const;
  /// Empty whatever is wrong with it; a client learns no more.
  std::optional<OpenState> open(const StateBinding& binding, std::string_view sealed) const;
  /// True, but for a single-use state that was used before. May block on a shared memory of them.
  bool use_up(const OpenState& state) const;

 private:
  const Sealer& sealer_;
  SpentNonces& spent_;
  const Clock& clock_;
  const std::chrono::seconds lifetime_;
};

}  // namespace tier0::mcp
