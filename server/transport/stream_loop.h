#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "server/base/result.h"
#include "server/transport/descriptor.h"
#include "server/transport/http_options.h"

namespace tier0::transport {

/// What the loop writes to one client. Its methods are called on the loop's thread, under none of
/// the loop's locks.
class StreamSource {
 public:
  enum class Supply { More, Ended, Broken };

  virtual ~StreamSource() = default;
  /// Appends the bytes that wait, some tens of KiB at a time; nothing if none do. Ended: these were
  /// the last. Broken: the stream is to be cut.
  virtual Supply take(std::string& out) = 0;
  /// Appends a comment line, which keeps proxies and clients from taking an idle stream for dead.
  virtual void take_comment(std::string& out) = 0;
  /// The peer went, or was too slow, before the end.
  virtual void gone() = 0;
};

/// One thread that writes every event stream, so that an idle stream costs a descriptor and a few
/// hundred bytes. It also lets sockets linger that were closed with input unread, because closing
/// them at once could destroy the answer on its way. Once stopped it takes nothing more, so whoever
/// still holds it may go on calling. Its owner calls stop(): a source may hold the loop, and then
/// the last to let go of it could be its own thread. Thread-safe.
class StreamLoop {
 public:
  explicit StreamLoop(const HttpLimits& limits);
  StreamLoop(const StreamLoop&) = delete;
  StreamLoop& operator=(const StreamLoop&) = delete;

  Result<Unit> start();
  /// `first` goes out before anything of the source.
  void adopt(Descriptor socket, std::string first, std::shared_ptr<StreamSource> source);
  void linger(Descriptor socket);
  /// The source has bytes, or ended. No effect on one that was not adopted.
  void wake(std::shared_ptr<StreamSource> source);
  /// Cuts the source's stream without what still waits.
  void abandon(std::shared_ptr<StreamSource> source);
  void run_soon(std::function<void()> job);

  std::size_t streams() const { return streams_.load(std::memory_order_relaxed); }

  /// Waits until every stream has ended, at most until the deadline; cuts the rest and joins.
  void stop(TimePoint deadline);

 private:
  struct Entry {
    Descriptor socket;
    std::shared_ptr<StreamSource> source;  // null: lingers
    std::string out;
    std::size_t written = 0;
    TimePoint since;  // of the last byte that the peer took; of a lingering socket, of its start
    bool ended = false;
    bool blocked = false;
  };
  struct Command {
    enum class Kind { Adopt, Linger, Wake, Abandon, Run } kind;
    Descriptor socket = {};
    std::string first = {};
    std::shared_ptr<StreamSource> source = {};
    std::function<void()> job = {};
  };
  using Entries = std::unordered_map<int, Entry>;  // by descriptor

  void send_command(Command command) EXCLUDES(mutex_);
  void run();
  void run_commands() EXCLUDES(mutex_);
  void end() EXCLUDES(mutex_);
  void obey(Command& command);
  void add(Entry entry);
  void handle(int fd, unsigned events);
  /// The methods of an entry return false if it is to be cut.
  bool pump(Entry& entry);
  bool refill(Entry& entry);
  bool send_pending(Entry& entry);
  bool set_blocked(Entry& entry, bool blocked);
  bool discard_input(const Entry& entry);
  bool start_lingering(Entry& entry);
  bool refresh(Entry& entry, TimePoint time);
  void cut(int fd);
  void tick(TimePoint time);
  bool watch(int fd, int operation, unsigned events);
  bool is_finished(TimePoint time) EXCLUDES(mutex_);
  int wait_time() const;

  const HttpLimits limits_;
  const std::chrono::milliseconds tick_;
  Descriptor epoll_;
  Descriptor wake_;
  std::atomic<std::size_t> streams_{0};

  Mutex mutex_;
  std::vector<Command> commands_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  bool ended_ GUARDED_BY(mutex_) = false;
  TimePoint deadline_ GUARDED_BY(mutex_) = TimePoint::max();

  // Of the loop's thread alone.
  Entries entries_;
  std::unordered_map<const StreamSource*, int> by_source_;
  TimePoint next_tick_;
  TimePoint drain_until_ = TimePoint::max();

  std::jthread thread_;
};

}  // namespace tier0::transport
