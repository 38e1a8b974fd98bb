#pragma once

#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define T0_THREAD(x) __attribute__((x))
#else
#define T0_THREAD(x)
#endif
#define T0_CAPABILITY(x) T0_THREAD(capability(x))
#define T0_SCOPED_CAPABILITY T0_THREAD(scoped_lockable)
#define GUARDED_BY(x) T0_THREAD(guarded_by(x))
#define REQUIRES(...) T0_THREAD(requires_capability(__VA_ARGS__))
#define EXCLUDES(...) T0_THREAD(locks_excluded(__VA_ARGS__))
#define ACQUIRE(...) T0_THREAD(acquire_capability(__VA_ARGS__))
#define RELEASE(...) T0_THREAD(release_capability(__VA_ARGS__))
#define NO_THREAD_SAFETY_ANALYSIS T0_THREAD(no_thread_safety_analysis)

namespace tier0 {

/// std::mutex that clang's thread-safety analysis understands.
class T0_CAPABILITY("mutex") Mutex {
 public:
  void lock() ACQUIRE() { mutex_.lock(); }
  void unlock() RELEASE() { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

class T0_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() RELEASE() { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

/// Waits with a Mutex: `condition.wait(mutex, stop, pred)` while a MutexLock is held.
using ConditionVariable = std::condition_variable_any;

}  // namespace tier0
