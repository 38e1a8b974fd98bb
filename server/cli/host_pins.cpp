#include "server/cli/host_pins.h"

#include <unistd.h>

#include <utility>

#include "server/audit/store_audit_log.h"
#include "server/config/load.h"
#include "server/crypto/crypto.h"
#include "server/ssh/host_keys.h"
#include "server/state/hello.h"
#include "server/store/sqlite_store.h"

namespace tier0::cli {
namespace {

constexpr const char* kAskKnown = "host-key";
constexpr const char* kAskPin = "pin-host-key";

Result<std::string> known_in(Store& store, const HostName& host) {
  T0_TRY(const auto pin, store.pinned_host_key(host));
  return pin ? pin->fingerprint : std::string();
}

/// In the process that owns the directory, for the length of one command.
class PinsHere final : public HostPins {
 public:
  PinsHere(std::unique_ptr<StateDirectory> state, Principal who)
      : state_(std::move(state)),
        who_(std::move(who)),
        store_(state_->paths().store()),
        audit_(store_, state_->paths().audit_head(), clock_) {}

  Result<std::string> known(const HostName& host) override { return known_in(store_, host); }
  Result<Unit> pin(const PinWish& wish) override {
    return pin_host_key(store_, audit_, clock_, who_, "cli", wish);
  }

 private:
  const SystemClock clock_;
  const std::unique_ptr<StateDirectory> state_;
  const Principal who_;
  SqliteStore store_;
  StoreAuditLog audit_;
};

/// At the process that owns it.
class PinsThere final : public HostPins {
 public:
  explicit PinsThere(std::filesystem::path state) : state_(std::move(state)) {}

  Result<std::string> known(const HostName& host) override {
    T0_TRY(const Json answer, ask({{"op", kAskKnown}, {"host", host.value}}));
    return string_member(answer, "fingerprint");
  }
  Result<Unit> pin(const PinWish& wish) override {
    T0_CHECK(ask({{"op", kAskPin},
                  {"host", wish.host.value},
                  {"fingerprint", wish.fingerprint},
                  {"instead_of", wish.instead_of}}));
    return Unit{};
  }

 private:
  Result<Json> ask(const Json& request) {
    constexpr std::chrono::seconds kLongest{15};
    T0_TRY(Json answer, ask_owner(state_, "", request, kLongest));
    if (!answer.value("ok", false)) return parse_error(answer);
    return answer;
  }

  const std::filesystem::path state_;
};

Result<PinWish> parse_wish(const Json& request) {
  T0_TRY(HostName host, HostName::parse(string_member(request, "host")));
  T0_TRY(HostKeyFingerprint key, HostKeyFingerprint::parse(string_member(request, "fingerprint")));
  return PinWish{.host = std::move(host),
                 .fingerprint = std::move(key.value),
                 .instead_of = string_member(request, "instead_of")};
}

}  // namespace

Result<Unit> pin_host_key(Store& store, AuditLog& audit, const Clock& clock, const Principal& who,
                          const std::string& transport, const PinWish& wish) {
  const AuditEntry entry{
      .call = {crypto::random_id()},
      .time = clock.wall(),
      .principal = who.name(),
      .transport = transport,
      .tool = "hosts pin",
      .effect = "write",
      .arguments = {{"host", wish.host.value}, {"host_key", wish.fingerprint}},
      .targets = Json::array({{{"dimension", "host"}, {"id", wish.host.value}}})};
  T0_TRY(AuditTicket ticket, audit.begin(entry));
  const Result<Unit> pinned = store.pin_host_key({.host = wish.host,
                                                  .fingerprint = wish.fingerprint,
                                                  .pinned_by = who.name(),
                                                  .pinned_at = clock.wall()},
                                                 wish.instead_of);
  AuditOutcome outcome{.changed = pinned.has_value(), .summary = "the host's key is pinned"};
  if (!pinned) outcome.failure = pinned.error().code;
  if (!pinned) outcome.summary = pinned.error().message;
  audit.finish(std::move(ticket), outcome);
  return pinned;
}

Json answer_about_pins(Store& store, AuditLog& audit, const Clock& clock, const Principal& who,
                       const Json& request) {
  if (string_member(request, "op") == kAskKnown) {
    const auto host = HostName::parse(string_member(request, "host"));
    if (!host) return to_json(host.error());
    const auto fingerprint = known_in(store, *host);
    if (!fingerprint) return to_json(fingerprint.error());
    return {{"ok", true}, {"fingerprint", *fingerprint}};
  }
  const auto wish = parse_wish(request);
  if (!wish) return to_json(wish.error());
  const auto pinned = pin_host_key(store, audit, clock, who, "socket", *wish);
  return pinned ? Json{{"ok", true}} : to_json(pinned.error());
}

Result<std::unique_ptr<HostPins>> HostPins::open(const Setup& setup) {
  T0_TRY(const auto policy, config::make_policy(setup.loaded, *setup.registry));
  T0_TRY(auto opened, claim(setup));
  if (std::holds_alternative<OwnedBy>(opened))
    return std::unique_ptr<HostPins>(std::make_unique<PinsThere>(setup.state));
  T0_TRY(Principal who, policy->directory().person_of(getuid()));
  return std::unique_ptr<HostPins>(std::make_unique<PinsHere>(
      std::get<std::unique_ptr<StateDirectory>>(std::move(opened)), std::move(who)));
}

}  // namespace tier0::cli
