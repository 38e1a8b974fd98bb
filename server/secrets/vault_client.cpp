#include "server/secrets/vault_client.h"

#include "server/base/text.h"

namespace tier0 {
namespace {

Error dead_token() {
  return {.code = Code::SecretDenied,
          .message = "Vault does not take our token, or the token may do nothing at all",
          .hint = "It expired or was revoked: put a new one where vault.auth.token says."};
}

}  // namespace

VaultClient::VaultClient(const VaultOptions& options, const SecretStore& sources,
                         const Clock& clock)
    : http_(options, clock), login_(http_, options.auth, sources, clock) {
  if (login_.needs_keeping())
    keeper_ = std::jthread([this](const std::stop_token& stop) { login_.keep_alive(stop); });
}

Result<VaultAnswer> VaultClient::call(const VaultRequest& request, const Cancel& cancel) {
  T0_TRY(const VaultSession session, login_.session(cancel));
  T0_TRY(VaultAnswer answer, http_.send(request, &session.token, cancel));
  if (answer.status != 403) return answer;
  // Vault gives one answer to a token that is dead and to one that may not do this.
  T0_TRY(const bool alive, login_.is_alive(session, cancel));
  if (alive) return answer;
  if (!login_.drop(session)) return dead_token();
  T0_TRY(const VaultSession fresh, login_.session(cancel));
  return http_.send(request, &fresh.token, cancel);
}

Result<VaultState> VaultClient::state(const Cancel& cancel) {
  T0_TRY(const VaultAnswer answer,
         http_.send({.path = "sys/seal-status", .in_namespace = false}, nullptr, cancel));
  const Json& body = answer.body.reveal();
  const Json* sealed = find_member(body, "sealed");
  const Json* initialised = find_member(body, "initialized");
  if (!answer.ok() || sealed == nullptr || !sealed->is_boolean())
    return Error{.code = Code::SecretUnavailable,
                 .message = "what answers at vault.address is no Vault",
                 .hint = "Check vault.address."};
  constexpr std::size_t kVersionLimit = 40;
  return VaultState{.initialised = initialised == nullptr || *initialised == true,
                    .sealed = sealed->get<bool>(),
                    .version = clean_text(string_member(body, "version"), kVersionLimit)};
}

Result<Unit> VaultClient::log_in(const Cancel& cancel) {
  T0_TRY(const VaultSession session, login_.session(cancel));
  T0_TRY(const bool alive, login_.is_alive(session, cancel));
  if (!alive && login_.needs_keeping()) return dead_token();
  return Unit{};
}

}  // namespace tier0
