#include "server/secrets/vault_login.h"

#include <algorithm>
#include <utility>

#include "server/base/log.h"

namespace tier0 {
namespace {

using std::chrono::seconds;

constexpr seconds kRenewRetry{30};   // after a renewal that Vault did not answer
constexpr seconds kKeepTimeout{60};  // for one renewal that nobody waits for
constexpr std::int64_t kLongestGrant = std::int64_t{100} * 365 * 24 * 3600;

Error strange_login(const std::string& what) {
  return {.code = Code::SecretUnavailable,
          .message = "Vault gave an answer to " + what + " that cannot be understood",
          .hint = "Check that vault.address is a Vault server."};
}

/// Whole seconds; zero for what is none.
seconds seconds_member(const Json& object, const char* name) {
  const Json* member = find_member(object, name);
  if (member == nullptr || !member->is_number_integer()) return seconds(0);
  return seconds(std::clamp<std::int64_t>(member->get<std::int64_t>(), 0, kLongestGrant));
}

bool is_true(const Json& object, const char* name) {
  const Json* member = find_member(object, name);
  return member != nullptr && member->is_boolean() && member->get<bool>();
}

void set_times(VaultSession& session, TimePoint from, TimePoint::duration lasts) {
  if (lasts <= TimePoint::duration::zero()) return;
  session.expires = from + lasts;
  session.renew_at = from + lasts * 2 / 3;
}

VaultSession postponed(VaultSession session, TimePoint now) {
  const TimePoint::duration left = (session.expires - now) / 2;
  session.renew_at = now + std::min<TimePoint::duration>(kRenewRetry, left);
  return session;
}

}  // namespace

VaultLogin::VaultLogin(VaultHttp& http, std::variant<VaultToken, VaultAppRole> auth,
                       const SecretStore& sources, const Clock& clock)
    : http_(http), auth_(std::move(auth)), sources_(sources), clock_(clock) {}

bool VaultLogin::lives(const std::optional<VaultSession>& session,
                       const std::optional<Secret>& token) const {
  return session && (!token || token->reveal() == session->token.reveal()) &&
         clock_.now() < session->expires;
}

bool VaultLogin::is_due(const VaultSession& session) const {
  return clock_.now() >= session.renew_at;
}

Result<VaultSession> VaultLogin::session(const Cancel& cancel) {
  // Read each time, so that a token that was replaced counts from the next use on.
  std::optional<Secret> token;
  if (const auto* given = std::get_if<VaultToken>(&auth_)) {
    T0_TRY(token, sources_.get(given->token, cancel));
  }
  for (;;) {
    std::optional<VaultSession> old;
    bool leads = false;
    {
      const MutexLock lock(mutex_);
      // While one caller renews it, the others go on with it.
      if (lives(session_, token) && (busy_ || !is_due(*session_))) return *session_;
      leads = !std::exchange(busy_, true);
      old = session_;
    }
    if (leads) return lead(token, old, cancel);
    T0_CHECK(follow(cancel));
  }
}

Result<Unit> VaultLogin::follow(const Cancel& cancel) {
  const MutexLock lock(mutex_);
  const std::uint64_t seen = flights_;
  if (!busy_) return Unit{};
  changed_.wait_until(mutex_, cancel.stop, cancel.deadline,
                      [this, seen]() REQUIRES(mutex_) { return flights_ != seen; });
  if (flights_ != seen) return last_failure_ ? Result<Unit>(*last_failure_) : Unit{};
  if (const auto wanted = cancel.check(clock_); !wanted) return wanted.error();
  return Error{.code = Code::Timeout, .message = "the deadline of the call passed"};
}

Result<VaultSession> VaultLogin::lead(const std::optional<Secret>& token,
                                      const std::optional<VaultSession>& old,
                                      const Cancel& cancel) {
  // A destructor, because those who follow must not wait for ever where something throws.
  struct Landing {
    VaultLogin& login;
    Outcome outcome = Error{.code = Code::Internal, .message = "the login to Vault was not made"};
    ~Landing() { login.land(outcome); }
  };
  Landing landing{.login = *this};
  landing.outcome = refresh(token, old, cancel);
  if (landing.outcome && landing.outcome->number == 0) {
    const MutexLock lock(mutex_);
    landing.outcome->number = ++number_;
  }
  return landing.outcome;
}

void VaultLogin::land(const Outcome& outcome) {
  {
    const MutexLock lock(mutex_);
    busy_ = false;
    ++flights_;
    last_failure_.reset();
    if (outcome)
      session_ = *outcome;
    else if (outcome.error().code != Code::Cancelled && outcome.error().code != Code::Timeout)
      last_failure_ = outcome.error();
  }
  changed_.notify_all();
}

Result<VaultSession> VaultLogin::refresh(const std::optional<Secret>& token,
                                         const std::optional<VaultSession>& old,
                                         const Cancel& cancel) {
  const TimePoint now = clock_.now();
  const bool good = lives(old, token);
  if (good && old->renewable) {
    auto renewed = renew(*old, cancel);
    // It is good for a while yet, and what it is needed for will tell what is wrong with Vault.
    if (!renewed) return postponed(*old, now);
    if (*renewed) return **std::move(renewed);
    if (token) {
      log::warn("the token for Vault cannot be renewed any more and will expire");
      VaultSession last = *old;
      last.renewable = false;
      last.renew_at = TimePoint::max();
      return last;
    }
  }
  Outcome made = log_in(token, cancel);
  if (!made && good && made.error().code == Code::SecretUnavailable) return postponed(*old, now);
  return made;
}

Result<VaultSession> VaultLogin::log_in(const std::optional<Secret>& token, const Cancel& cancel) {
  if (token) return take_token(*token, cancel);
  return log_in_as(std::get<VaultAppRole>(auth_), cancel);
}

Result<VaultSession> VaultLogin::take_token(const Secret& token, const Cancel& cancel) {
  const TimePoint from = clock_.now();
  T0_TRY(const VaultAnswer answer, http_.send({.path = "auth/token/lookup-self"}, &token, cancel));
  VaultSession session{.token = token};
  // It may be dead, or only not be allowed to look itself up: what it is used for will tell.
  if (answer.status == 403) return session;
  const Json* data = find_member(answer.body.reveal(), "data");
  if (!answer.ok() || data == nullptr) return strange_login("the look-up of our token");
  session.granted = seconds_member(*data, "ttl");
  session.renewable = is_true(*data, "renewable");
  set_times(session, from, session.granted);
  if (!session.renewable) session.renew_at = TimePoint::max();
  return session;
}

Result<VaultSession> VaultLogin::log_in_as(const VaultAppRole& role, const Cancel& cancel) {
  T0_TRY(const Secret role_id, sources_.get(role.role_id, cancel));
  T0_TRY(const Secret secret_id, sources_.get(role.secret_id, cancel));
  SecretJson body(Json::object());
  body.set("role_id", role_id);
  body.set("secret_id", secret_id);
  const TimePoint from = clock_.now();
  T0_TRY(VaultAnswer answer,
         http_.send({.method = "POST", .path = "auth/approle/login", .body = std::move(body)},
                    nullptr, cancel));
  if (answer.status == 404)
    return Error{.code = Code::NotConfigured,
                 .message = "Vault has no AppRole login at auth/approle",
                 .hint = "Run `vault auth enable approle`, or check vault.namespace."};
  // 400 is "invalid role or secret ID".
  if (!answer.ok())
    return Error{.code = Code::SecretDenied,
                 .message = "Vault refuses the AppRole login",
                 .hint =
                     "Check vault.auth.approle and vault.namespace; the secret id may have "
                     "expired, be used up, or be bound to another address."};
  const SecretJson auth = answer.body.take("auth");
  auto token = auth.text("client_token");
  if (!token) return strange_login("the AppRole login");
  VaultSession session{.token = *std::move(token),
                       .renewable = is_true(auth.reveal(), "renewable"),
                       .granted = seconds_member(auth.reveal(), "lease_duration")};
  set_times(session, from, session.granted);
  return session;
}

Result<std::optional<VaultSession>> VaultLogin::renew(const VaultSession& old,
                                                      const Cancel& cancel) {
  const TimePoint from = clock_.now();
  T0_TRY(VaultAnswer answer, http_.send({.method = "POST",
                                         .path = "auth/token/renew-self",
                                         .body = SecretJson(Json::object())},
                                        &old.token, cancel));
  if (!answer.ok()) return std::optional<VaultSession>();
  const SecretJson auth = answer.body.take("auth");
  const TimePoint::duration lasts = seconds_member(auth.reveal(), "lease_duration");
  // Near its greatest age Vault grants only what is left. Another login gives a whole one; a token
  // that we cannot make again is renewed as long as that gains anything.
  const bool gains = needs_keeping() ? from + lasts > old.expires + old.granted / 10
                                     : lasts * 2 >= old.granted && lasts > seconds(0);
  if (!gains) return std::optional<VaultSession>();
  VaultSession session = old;
  session.renewable = is_true(auth.reveal(), "renewable");
  set_times(session, from, lasts);
  if (!session.renewable && needs_keeping()) session.renew_at = TimePoint::max();
  return std::optional<VaultSession>(std::move(session));
}

Result<bool> VaultLogin::is_alive(const VaultSession& session, const Cancel& cancel) {
  T0_TRY(const VaultAnswer answer,
         http_.send({.path = "auth/token/lookup-self"}, &session.token, cancel));
  return answer.ok();
}

bool VaultLogin::drop(const VaultSession& session) {
  const MutexLock lock(mutex_);
  if (session_ && session_->number == session.number) session_.reset();
  return !needs_keeping();
}

void VaultLogin::keep_alive(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      const MutexLock lock(mutex_);
      const auto awaited = [this]() REQUIRES(mutex_) {
        return session_ && session_->renew_at != TimePoint::max();
      };
      if (!changed_.wait(mutex_, stop, awaited)) return;
      const TimePoint at = session_->renew_at;
      changed_.wait_for(mutex_, stop, at - clock_.now(), [this, at]() REQUIRES(mutex_) {
        return !session_ || session_->renew_at != at;
      });
      if (!session_ || session_->renew_at != at) continue;
    }
    const auto kept = session({.stop = stop, .deadline = clock_.now() + kKeepTimeout});
    if (!kept) clock_.wait_until(clock_.now() + kRenewRetry, stop);
  }
}

}  // namespace tier0
