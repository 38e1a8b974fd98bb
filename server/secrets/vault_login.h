#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "server/secrets/secret_store.h"
#include "server/secrets/vault_http.h"

namespace tier0 {

/// A token that Vault took, and how long it lasts as far as Vault said.
struct VaultSession {
  Secret token = {};
  std::uint64_t number = 0;  // each login has its own
  bool renewable = false;
  TimePoint::duration granted = {};  // at the login; zero: for ever, or Vault did not say
  TimePoint expires = TimePoint::max();
  TimePoint renew_at = TimePoint::max();
};

/// Who we are to Vault. All threads share one session; whoever finds it due logs in or renews it,
/// and the others wait for that. Thread-safe; nothing is locked while Vault is asked.
class VaultLogin {
 public:
  /// `http` and `sources` outlive this. `sources` knows no vault: references.
  VaultLogin(VaultHttp& http, std::variant<VaultToken, VaultAppRole> auth,
             const SecretStore& sources, const Clock& clock);

  /// A session that should be good: made by a login where there is none or the old one ended,
  /// renewed once two thirds of its time are over. Kind secret_denied where Vault refuses the
  /// login; else the errors of VaultHttp and of the references.
  Result<VaultSession> session(const Cancel& cancel) EXCLUDES(mutex_);

  /// Whether Vault still takes the token, asked of Vault.
  Result<bool> is_alive(const VaultSession& session, const Cancel& cancel);

  /// Gives up a session that Vault does not take any more, so that the next one is a new login.
  /// False where a login could only bring the same token back.
  bool drop(const VaultSession& session) EXCLUDES(mutex_);

  /// Renews a session that nobody uses in time, until the stop. For a token that we cannot make
  /// again.
  void keep_alive(const std::stop_token& stop) EXCLUDES(mutex_);
  bool needs_keeping() const { return std::holds_alternative<VaultToken>(auth_); }

 private:
  using Outcome = Result<VaultSession>;

  /// Whether Vault should still take it; and whether it is time to renew it.
  bool lives(const std::optional<VaultSession>& session, const std::optional<Secret>& token) const;
  bool is_due(const VaultSession& session) const;
  /// Waits for the login or renewal that runs now. Kind of its failure where it failed for
  /// everyone; after anything else the caller looks again.
  Result<Unit> follow(const Cancel& cancel) EXCLUDES(mutex_);
  Outcome lead(const std::optional<Secret>& token, const std::optional<VaultSession>& old,
               const Cancel& cancel) EXCLUDES(mutex_);
  void land(const Outcome& outcome) EXCLUDES(mutex_);

  Outcome refresh(const std::optional<Secret>& token, const std::optional<VaultSession>& old,
                  const Cancel& cancel);
  Outcome log_in(const std::optional<Secret>& token, const Cancel& cancel);
  Outcome take_token(const Secret& token, const Cancel& cancel);
  Outcome log_in_as(const VaultAppRole& role, const Cancel& cancel);
  /// Empty where Vault refuses, or would not let it live much longer.
  Result<std::optional<VaultSession>> renew(const VaultSession& old, const Cancel& cancel);

  VaultHttp& http_;
  const std::variant<VaultToken, VaultAppRole> auth_;
  const SecretStore& sources_;
  const Clock& clock_;

  Mutex mutex_;
  ConditionVariable changed_;
  bool busy_ GUARDED_BY(mutex_) = false;
  std::uint64_t flights_ GUARDED_BY(mutex_) = 0;          // that ended
  std::optional<Error> last_failure_ GUARDED_BY(mutex_);  // of the last flight
  std::optional<VaultSession> session_ GUARDED_BY(mutex_);
  std::uint64_t number_ GUARDED_BY(mutex_) = 0;
};

}  // namespace tier0
