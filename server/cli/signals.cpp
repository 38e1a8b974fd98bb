#include "server/cli/signals.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <csignal>
#include <mutex>

#include "server/base/log.h"

namespace tier0::cli {
namespace {

sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, signal);
  return set;
}

Error failed(const char* what) {
  return {.code = Code::Internal, .message = std::string("the system gives no ") + what};
}

/// An editor saves in several steps; what follows within this time is one change.
constexpr int kSettleMs = 200;

void drain(int fd) {
  std::array<char, 4096> bytes{};
  while (::read(fd, bytes.data(), bytes.size()) > 0) continue;
}

}  // namespace

void Signals::block() {
  const sigset_t set = watched_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

Result<std::unique_ptr<Signals>> Signals::watch(std::stop_source stop,
                                                std::function<void()> on_reload,
                                                const std::vector<std::filesystem::path>& folders) {
  std::unique_ptr<Signals> signals(new Signals());
  const sigset_t set = watched_signals();
  signals->signals_ = OwnedFd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals->signals_) return failed("signals");
  signals->changes_ = OwnedFd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!signals->changes_) return failed("notice of changed files");
  signals->wake_ = OwnedFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!signals->wake_) return failed("event");
  for (const std::filesystem::path& folder : folders)
    ::inotify_add_watch(signals->changes_.get(), folder.c_str(),
                        IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE);
  signals->thread_ =
      std::jthread([watcher = signals.get(), stop, on_reload = std::move(on_reload)](
                       const std::stop_token& end) mutable { watcher->run(end, stop, on_reload); });
  return signals;
}

void Signals::run(const std::stop_token& stop, std::stop_source& asked,
                  const std::function<void()>& on_reload) const {
  const std::stop_callback wake(stop, [this] {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
  });
  bool changed = false;
  while (!stop.stop_requested()) {
    std::array<pollfd, 3> fds = {
        {{signals_.get(), POLLIN, 0}, {changes_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}}};
    const int ready = ::poll(fds.data(), fds.size(), changed ? kSettleMs : -1);
    if (ready == 0 && changed) {
      changed = false;
      on_reload();
      continue;
    }
    if (fds[1].revents != 0) {
      drain(changes_.get());
      changed = true;
    }
    signalfd_siginfo info{};
    if (fds[0].revents == 0 || ::read(signals_.get(), &info, sizeof info) != sizeof info) continue;
    if (info.ssi_signo == SIGHUP) {
      on_reload();
      continue;
    }
    log::info("asked to stop", {{"code", std::to_string(info.ssi_signo)}});
    asked.request_stop();
  }
}

void wait_for_stop(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any asked;
  std::unique_lock lock(mutex);
  asked.wait(lock, stop, [] { return false; });
}

}  // namespace tier0::cli
