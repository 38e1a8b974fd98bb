#include "server/mcp/request_state.h"

#include "server/crypto/crypto.h"

namespace tier0::mcp {
namespace {

constexpr std::string_view kStateUse = "state";
constexpr int kFormat = 1;

std::chrono::sys_seconds seconds_of(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time);
}

bool is_bound_to(const Json& payload, const StateBinding& binding) {
  return string_member(payload, "m") == binding.method &&
         string_member(payload, "n") == binding.name &&
         string_member(payload, "a") == binding.arguments &&
         string_member(payload, "p") == binding.principal;
}

}  // namespace

ProtocolError invalid_state() {
  return invalid_params("requestState is not valid for this request");
}

std::string digest_arguments(const Json& arguments) {
  // Members are kept in the order of their names, so equal values give equal text.
  return crypto::base64url_encode(crypto::sha256(dump_json(arguments)));
}

std::optional<std::string> RequestStates::seal(const StateBinding& binding, const OpenState& state,
                                               NeedsInput::Use use) const {
  const auto now = seconds_of(clock_.wall());
  const Json payload = {{"v", kFormat},
                        {"m", binding.method},
                        {"n", binding.name},
                        {"a", binding.arguments},
                        {"p", binding.principal},
                        {"iat", now.time_since_epoch().count()},
                        {"exp", (now + lifetime_).time_since_epoch().count()},
                        {"r", state.round},
                        {"j", crypto::random_id()},
                        {"once", use == NeedsInput::Use::Once},
                        {"d", state.data}};
  std::string sealed = sealer_.seal(kStateUse, payload);
  if (sealed.size() > Sealer::kLimit) return std::nullopt;
  return sealed;
}

std::optional<OpenState> RequestStates::open(const StateBinding& binding,
                                             std::string_view sealed) const {
  const auto payload = sealer_.open(kStateUse, sealed);
  if (!payload || payload->value("v", 0) != kFormat) return std::nullopt;
  const std::chrono::sys_seconds expires{std::chrono::seconds(payload->at("exp").get<long>())};
  if (seconds_of(clock_.wall()) >= expires) return std::nullopt;
  if (!is_bound_to(*payload, binding)) return std::nullopt;
  OpenState state{
      .data = payload->at("d"), .round = payload->at("r").get<int>(), .expires = expires};
  if (payload->at("once").get<bool>()) state.nonce = payload->at("j");
  return state;
}

bool RequestStates::use_up(const OpenState& state) const {
  return state.nonce.empty() || spent_.burn(state.nonce, state.expires);
}

}  // namespace tier0::mcp
