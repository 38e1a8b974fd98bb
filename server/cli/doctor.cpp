#include <functional>

#include "server/base/clock.h"
#include "server/cli/engine.h"
#include "server/cli/setup.h"
#include "server/cli/terminal.h"
#include "server/config/load.h"

namespace tier0::cli {
namespace {

/// One line of the report: good, worth a look, or bad.
struct Finding {
  enum class Grade { Good, Look, Bad };
  std::string subject;
  Grade grade = Grade::Good;
  std::string text;
  std::string hint = {};
};

Finding good(std::string subject, std::string text) {
  return {.subject = std::move(subject), .grade = Finding::Grade::Good, .text = std::move(text)};
}

Finding bad(std::string subject, const Error& error) {
  return {.subject = std::move(subject),
          .grade = Finding::Grade::Bad,
          .text = error.message,
          .hint = error.hint};
}

Finding look(std::string subject, std::string text) {
  return {.subject = std::move(subject), .grade = Finding::Grade::Look, .text = std::move(text)};
}

constexpr std::chrono::seconds kEach{15};

std::vector<SecretRef> vault_references(const config::Config& config) {
  std::vector<SecretRef> all;
  for (const auto& [name, account] : config.accounts) all.push_back(account.token);
  all.push_back(config.ssh.private_key);
  if (config.slack) all.push_back(*config.slack);
  std::erase_if(all, [](const SecretRef& ref) { return ref.kind != SecretRef::Kind::Vault; });
  return all;
}

class Report {
 public:
  explicit Report(const Clock& clock) : clock_(clock) {}

  Cancel cancel() const { return {.deadline = clock_.now() + kEach}; }
  void add(Finding finding) { findings_.push_back(std::move(finding)); }

  void check_accounts(World& world) {
    for (const Account& account : world.accounts()) {
      const auto machines = account.api->list_vps(cancel());
      add(machines ? good("account " + account.name,
                          "token works, " + std::to_string(machines->size()) + " VPSs")
                   : bad("account " + account.name, machines.error()));
    }
  }

  void check_hosts(World& world) {
    const auto hosts = world.hosts(cancel());
    if (!hosts) return add(bad("hosts", hosts.error()));
    for (const auto& [name, host] : *hosts) {
      const auto login =
          world.ssh().run(HostName{name}, {.argv = {"true"}, .total = kEach}, cancel());
      add(login ? good("host " + name, "login works") : bad("host " + name, login.error()));
    }
    if (hosts->empty())
      add(look("hosts", "none are configured: tools over SSH answer not_configured"));
  }

  /// Vault itself, then each secret that the configuration reads from it, then what keys need.
  void check_vault(World& world, const config::Config& config) {
    if (world.vault() == nullptr) return;
    const auto state = world.vault()->state(cancel());
    if (!state) return add(bad("vault", state.error()));
    if (state->sealed)
      return add(
          bad("vault", {.message = state->initialised ? "it is sealed" : "it is not initialised",
                        .hint = "`vault status` shows the seal."}));
    const auto login = world.vault()->log_in(cancel());
    add(login ? good("vault", "version " + state->version + ", unsealed, the login works")
              : bad("vault", login.error()));
    if (!login) return;
    for (const SecretRef& ref : vault_references(config)) {
      const auto secret = world.secrets().get(ref, cancel());
      add(secret ? good(ref.text(), "readable") : bad(ref.text(), secret.error()));
    }
  }

  void check_keys(World& world) {
    const auto writing = world.keys().writable("deploy", cancel());
    if (writing)
      add(writing->compare_and_set ? good("keys", "rotate-keys can write the deploy key")
                                   : look("keys", writing->note));
    else
      add(look("keys", "rotate-keys cannot run: " + writing.error().message));
  }

  void check_store(Store& store) {
    const auto sound = store.check();
    add(sound ? good("store", "sound") : bad("store", sound.error()));
  }

  void check_clock() {
    // Tokens and certificates fail in confusing ways on a machine that believes in another year.
    constexpr WallTime kBuiltAfter = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
    const WallTime now = clock_.wall();
    add(now > kBuiltAfter ? good("clock", format_time(now))
                          : bad("clock", {.message = format_time(now) + " is in the past",
                                          .hint = "Set the clock."}));
  }

  int print(const Terminal& terminal) const {
    bool sound = true;
    Json items = Json::array();
    for (const Finding& finding : findings_) {
      const bool is_bad = finding.grade == Finding::Grade::Bad;
      sound &= !is_bad;
      items.push_back({{"check", finding.subject},
                       {"ok", !is_bad},
                       {"text", finding.text},
                       {"hint", finding.hint}});
      if (!terminal.for_people()) continue;
      const Colour colour = is_bad                                  ? Colour::Red
                            : finding.grade == Finding::Grade::Look ? Colour::Yellow
                                                                    : Colour::Green;
      const char* mark = is_bad ? "bad " : finding.grade == Finding::Grade::Look ? "look" : "ok  ";
      terminal.line(terminal.paint(colour, mark) + "  " + finding.subject + ": " + finding.text);
      if (!finding.hint.empty()) terminal.line("      " + finding.hint);
    }
    if (!terminal.for_people()) terminal.print({{"ok", sound}, {"items", items}});
    return sound ? kDone : kFailed;
  }

 private:
  const Clock& clock_;
  std::vector<Finding> findings_;
};

void check_policy(Report& report, const Setup& setup) {
  const auto policy = config::make_policy(setup.loaded, *setup.registry);
  if (!policy) {
    report.add(bad("policy", policy.error()));
    return;
  }
  report.add(good("policy", std::to_string((*policy)->profiles().size()) + " agents, " +
                                std::to_string(setup.registry->all().size()) + " tools"));
  for (const std::string& warning : (*policy)->warnings()) report.add(look("policy", warning));
  for (const std::string& warning : (*policy)->directory().warnings())
    report.add(look("identity", warning));
}

void check_world(Report& report, const Setup& setup, Simulation* simulation, const Clock& clock) {
  SqliteStore store(StatePaths{setup.state}.store());
  const auto world = World::make(setup.loaded.config, simulation, store, clock);
  if (!world) {
    report.add(bad("accounts", world.error()));
    return;
  }
  report.check_vault(**world, setup.loaded.config);
  report.check_accounts(**world);
  report.check_hosts(**world);
  report.check_keys(**world);
  report.check_store(store);
}

}  // namespace

int run(const Doctor&, const Options& options) {
  const SystemClock clock;
  Report report(clock);
  const Terminal terminal(options);
  auto setup = prepare(options);
  if (!setup) {
    report.add(bad("configuration", setup.error()));
    return report.print(terminal);
  }
  report.add(good("configuration",
                  setup->loaded.file.empty() ? "built in (sandbox)" : setup->loaded.file));
  check_policy(report, *setup);
  const auto opened = claim(*setup);
  if (!opened) report.add(bad("state", opened.error()));
  if (opened && std::holds_alternative<OwnedBy>(*opened)) {
    report.add(good("state", setup->state.string() + ", a server runs"));
  } else if (opened) {
    report.add(good("state", setup->state.string()));
  }
  std::unique_ptr<Simulation> simulation;
  const bool owner = opened && !std::holds_alternative<OwnedBy>(*opened);
  if (options.sandbox && owner) {
    simulation = std::make_unique<Simulation>(SandboxOptions{}, StatePaths{setup->state});
    if (const auto started = simulation->start(report.cancel()); !started) {
      report.add(bad("sandbox", started.error()));
      simulation.reset();
    }
  }
  if (!options.sandbox || simulation) check_world(report, *setup, simulation.get(), clock);
  report.check_clock();
  return report.print(terminal);
}

}  // namespace tier0::cli
