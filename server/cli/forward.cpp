#include "server/cli/forward.h"

#include <utility>

#include "server/base/clock.h"

namespace tier0::cli {
namespace {

using std::chrono::milliseconds;

/// How long there may be no server: the last one may still be ending its calls.
constexpr std::chrono::seconds kNoServer{30};
constexpr std::chrono::seconds kDeliver{5};
/// Servers in a row that ended without a word.
constexpr int kMostSilent = 5;

/// One client and the server it has at the moment.
class Forwarder {
 public:
  Forwarder(int client_in, int client_out, EffectOf effect_of, const std::stop_token& stop)
      : memory_(std::move(effect_of)), bridge_(client_in, client_out, memory_), stop_(stop) {}

  Result<Unit> run(const NextServer& next) {
    for (int silent = 0; silent < kMostSilent;) {
      T0_TRY(const OwnedFd server, next(within(kNoServer)));
      T0_TRY(const Bridge::End end, bridge_.carry(server.get(), stop_));
      if (end != Bridge::End::Server) return Unit{};
      silent = memory_.has_heard() ? 0 : silent + 1;
      if (!go_on()) return Unit{};
      clock_.wait_until(clock_.now() + silent * kPause, stop_);
    }
    return Error{.code = Code::Upstream,
                 .message = "the server of this state directory ends each connection at once",
                 .hint = "See its log."};
  }

 private:
  static constexpr milliseconds kPause{100};

  Cancel within(milliseconds time) const {
    return {.stop = stop_, .deadline = clock_.now() + time};
  }

  /// Settles what the lost server leaves open. False where the client needs no other one.
  bool go_on() {
    SessionMemory::Loss loss = memory_.lose_server();
    for (const std::string& line : loss.to_client) bridge_.tell(line);
    bridge_.say_first(std::move(loss.to_server));
    const bool needs_more = !bridge_.is_client_done() || memory_.is_waiting();
    const auto delivered = bridge_.deliver(clock_, within(kDeliver));
    const bool is_gone = !delivered && delivered.error().code == Code::NotFound;
    return needs_more && !is_gone && !stop_.stop_requested();
  }

  const SystemClock clock_;
  SessionMemory memory_;
  Bridge bridge_;
  const std::stop_token stop_;
};

}  // namespace

Result<Unit> forward(int client_in, int client_out, EffectOf effect_of, const NextServer& next,
                     const std::stop_token& stop) {
  return Forwarder(client_in, client_out, std::move(effect_of), stop).run(next);
}

}  // namespace tier0::cli
