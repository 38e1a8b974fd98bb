#include "tools/key_register.h"

#include "tools/authorized_keys_file.h"
#include "tools/runbook_steps.h"

namespace tier0::tools {
namespace {

void warn_register(StepContext& step, const Account& account, const Error& error) {
  note_warning(step,
               "the register of account " + account.name + " is not up to date: " + error.message);
}

/// One look and at most one write; an answer that was lost is settled by the next look.
Result<bool> is_registered(StepContext& step, const Account& account, const std::string& line) {
  T0_TRY(const std::vector<PublicKey> keys, account.api->list_keys(step.tool.cancel));
  for (const PublicKey& key : keys)
    if (fingerprint_of_line(key.key) == fingerprint_of_line(line)) return true;
  const auto parsed = parse_authorized_key(line);
  T0_CHECK(account.api->create_key({.name = parsed ? parsed->comment : "", .key = line},
                                   step.tool.cancel));
  return true;
}

/// Another try may help with `error`; what is left when there are no more is a warning.
std::optional<Again> try_again(StepContext& step, const Error& error) {
  constexpr int kTries = 4;
  if (!is_passing(error) || step.state.value("register_tries", 0) >= kTries) return std::nullopt;
  return look_again(step, "register_tries");
}

Result<Unit> unregister_in(StepContext& step, const Account& account,
                           const std::set<std::string>& fingerprints) {
  T0_TRY(const std::vector<PublicKey> keys, account.api->list_keys(step.tool.cancel));
  for (const PublicKey& key : keys) {
    if (!fingerprints.contains(fingerprint_of_line(key.key))) continue;
    const auto gone = account.api->delete_key(key.id, step.tool.cancel);
    if (!gone && gone.error().code != Code::NotFound) return gone.error();
  }
  return Unit{};
}

}  // namespace

StepResult register_key(StepContext& step, const std::string& line) {
  for (const Account& account : step.tool.accounts) {
    const auto done = is_registered(step, account, line);
    if (done) continue;
    if (const auto again = try_again(step, done.error())) return *again;
    warn_register(step, account, done.error());
  }
  return Done{};
}

StepResult unregister_keys(StepContext& step, const std::set<std::string>& fingerprints) {
  for (const Account& account : step.tool.accounts) {
    const auto done = unregister_in(step, account, fingerprints);
    if (done) continue;
    if (const auto again = try_again(step, done.error())) return *again;
    warn_register(step, account, done.error());
  }
  return Done{};
}

}  // namespace tier0::tools
