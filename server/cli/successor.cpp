#include "server/cli/successor.h"

#include <unistd.h>

#include <optional>
#include <utility>

#include "server/base/log.h"
#include "server/cli/forward.h"
#include "server/cli/owner.h"
#include "server/cli/terminal.h"
#include "server/state/local_client.h"

namespace tier0::cli {
namespace {

constexpr std::chrono::milliseconds kAskAgain{20};

/// Speaks to the owner over its socket, also where this process has become the owner: one way for
/// the client's lines, whoever serves them.
class Successor {
 public:
  Successor(const Serve& command, const Options& options, Setup setup, std::stop_source& stop)
      : command_(command),
        options_(options),
        socket_(StatePaths{setup.state}.socket()),
        setup_(std::move(setup)),
        stop_(stop),
        hello_{.agent = command.agent,
               .purpose = Hello::Purpose::Mcp,
               .options = {{"toolsets", command.toolsets}, {"read_only", command.read_only}}} {
    // Whoever takes over goes on with the world there is.
    command_.sandbox.seed.reset();
    command_.sandbox.fixture.clear();
  }

  Result<Unit> watch_signals() {
    T0_TRY(signals_, Signals::watch(stop_, [] {}, {}));
    return Unit{};
  }

  Result<OwnedFd> next(const Cancel& cancel) {
    bool is_fresh = !std::exchange(had_server_, true);
    for (;;) {
      auto connected = connect_local(socket_, hello_, clock_, cancel);
      if (connected || connected.error().code != Code::NotFound) return connected;
      if (const auto wanted = cancel.check(clock_); !wanted) return no_server(wanted.error());
      if (!owner_) {
        if (!std::exchange(is_fresh, true)) read_configuration();
        T0_CHECK(try_to_take());
        if (owner_) continue;
      }
      clock_.wait_until(clock_.now() + kAskAgain, cancel.stop);
    }
  }

  std::optional<Effect> effect_of(std::string_view name) const {
    const Registry& registry = owner_ ? owner_->engine().registry() : *setup_.registry;
    const Tool* tool = registry.find(name);
    return tool == nullptr ? std::nullopt : std::optional(tool->effect);
  }

 private:
  static Error no_server(const Error& why) {
    if (why.code == Code::Cancelled) return why;
    return {.code = Code::Upstream,
            .message = "the state directory has an owner that takes no connections",
            .hint = "See the log of that process, or end it."};
  }

  /// The owner that left may have reloaded it since this process started.
  void read_configuration() {
    auto fresh = prepare(options_);
    if (fresh)
      setup_ = *std::move(fresh);
    else
      log::warn("the configuration cannot be read, the old one stays",
                {{"reason", fresh.error().message}});
  }

  Result<Unit> try_to_take() {
    T0_TRY(auto opened, claim(setup_));
    auto* state = std::get_if<std::unique_ptr<StateDirectory>>(&opened);
    if (state == nullptr) return Unit{};  // somebody else was faster, or is not gone yet
    signals_.reset();                     // the owner's take their place
    T0_TRY(owner_, Owner::open(command_, options_, std::move(setup_), std::move(*state), stop_));
    log::info("this process has taken over the state directory");
    return Unit{};
  }

  Serve command_;
  const Options options_;
  const SystemClock clock_;
  const std::filesystem::path socket_;
  Setup setup_;
  std::stop_source& stop_;
  const Hello hello_;
  bool had_server_ = false;
  std::unique_ptr<Signals> signals_;
  std::unique_ptr<Owner> owner_;
};

}  // namespace

int serve_beside_owner(const Serve& command, const Options& options, Setup setup, int out,
                       std::stop_source& stop) {
  Successor successor(command, options, std::move(setup), stop);
  if (const auto watching = successor.watch_signals(); !watching) return fail(watching.error());
  const auto served = forward(
      STDIN_FILENO, out, [&](std::string_view tool) { return successor.effect_of(tool); },
      [&](const Cancel& cancel) { return successor.next(cancel); }, stop.get_token());
  if (!served && served.error().code == Code::Cancelled) return kDone;
  return served ? kDone : fail(served.error());
}

}  // namespace tier0::cli
