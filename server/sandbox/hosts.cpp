#include "server/sandbox/hosts.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "server/base/fd.h"
#include "server/base/log.h"
#include "server/base/mutex.h"
#include "server/sandbox/host_machine.h"

namespace tier0::sandbox {
namespace {

constexpr std::size_t kMostClients = 128;
constexpr auto kLongestPoll = std::chrono::minutes(1);

int poll_timeout(TimePoint until) {
  const TimePoint now = SystemClock{}.now();
  if (until <= now) return 0;
  const auto left = std::min<TimePoint::duration>(until - now, kLongestPoll);
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count());
}

/// All machines on one thread, which only ever polls; a second one waits for the world to change.
class HostServer final : public Hosts {
 public:
  explicit HostServer(HostView& view) : view_(view) {}
  HostServer(const HostServer&) = delete;
  HostServer& operator=(const HostServer&) = delete;
  ~HostServer() override {
    follower_.request_stop();
    server_.request_stop();
    wake();
  }

  Result<Unit> begin() {
    wake_ = OwnedFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!wake_) return Error{.code = Code::Internal, .message = "no event descriptor to be had"};
    const std::uint64_t seen = view_.revision();
    T0_CHECK(follow());
    server_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
    follower_ = std::jthread([this, seen](const std::stop_token& stop) { watch(stop, seen); });
    return Unit{};
  }

  std::optional<HostEndpoint> endpoint(std::string_view vps) const override {
    const MutexLock lock(mutex_);
    const auto found = endpoints_.find(vps);
    if (found == endpoints_.end()) return std::nullopt;
    return found->second;
  }

 private:
  void wake() const { ::eventfd_write(wake_.get(), 1); }

  void watch(const std::stop_token& stop, std::uint64_t seen) const {
    while (!stop.stop_requested()) {
      seen = view_.wait_for_change(seen, TimePoint::max(), stop);
      wake();
    }
  }

  Result<Unit> follow() {
    const std::vector<HostState> states = view_.hosts();
    std::erase_if(machines_, [&states](const auto& each) {
      return std::ranges::find(states, each.first, &HostState::vps) == states.end();
    });
    Result<Unit> outcome = Unit{};
    for (const HostState& state : states)
      if (auto followed = follow(state); !followed) outcome = std::move(followed);
    publish();
    return outcome;
  }

  Result<Unit> follow(const HostState& state) {
    if (const auto found = machines_.find(state.vps); found != machines_.end())
      return found->second->follow(state);
    T0_TRY(auto machine, HostMachine::make(view_, state));
    machines_.emplace(state.vps, std::move(machine));
    return Unit{};
  }

  void publish() {
    std::map<std::string, HostEndpoint, std::less<>> endpoints;
    for (const auto& [vps, machine] : machines_) endpoints[vps] = machine->endpoint();
    {
      const MutexLock lock(mutex_);
      endpoints_ = endpoints;
    }
    for (const auto& [vps, endpoint] : endpoints) view_.announce(vps, endpoint);
  }

  /// The first entry is the wake-up call.
  std::vector<pollfd> waiting() const {
    std::vector<pollfd> all = {{.fd = wake_.get(), .events = POLLIN, .revents = 0}};
    for (const auto& [vps, machine] : machines_) machine->add_to(all);
    return all;
  }

  TimePoint next() const {
    TimePoint next = TimePoint::max();
    for (const auto& [vps, machine] : machines_) next = std::min(next, machine->next());
    return next;
  }

  void serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::vector<pollfd> all = waiting();
      ::poll(all.data(), all.size(), poll_timeout(next()));
      eventfd_t ignored = 0;
      if (::eventfd_read(wake_.get(), &ignored) == 0) {
        if (const auto followed = follow(); !followed)
          log::warn("a simulated host is not up", {{"reason", followed.error().message}});
      }
      advance();
    }
    machines_.clear();
  }

  void advance() {
    std::size_t clients = 0;
    for (const auto& [vps, machine] : machines_) clients += machine->clients();
    for (const auto& [vps, machine] : machines_) {
      const std::size_t before = machine->clients();
      machine->advance(kMostClients - std::min(kMostClients, clients));
      clients = clients - before + machine->clients();
    }
  }

  HostView& view_;
  OwnedFd wake_;
  std::map<std::string, std::unique_ptr<HostMachine>, std::less<>> machines_;  // of the server
  mutable Mutex mutex_;
  std::map<std::string, HostEndpoint, std::less<>> endpoints_ GUARDED_BY(mutex_);
  std::jthread server_;
  std::jthread follower_;
};

}  // namespace

Result<std::unique_ptr<Hosts>> Hosts::start(HostView& view) {
  auto server = std::make_unique<HostServer>(view);
  T0_CHECK(server->begin());
  return std::unique_ptr<Hosts>(std::move(server));
}

}  // namespace tier0::sandbox
