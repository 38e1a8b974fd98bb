#pragma once

namespace tier0 {

#ifdef TIER0_CRASH_POINTS

/// Stands around one write of an operation to the store. With TIER0_CRASH_AT=before:N or after:N in
/// the environment the process kills itself there, at its Nth such write. Test builds only.
class CrashPoint {
 public:
  CrashPoint();
  ~CrashPoint();
  CrashPoint(const CrashPoint&) = delete;
  CrashPoint& operator=(const CrashPoint&) = delete;

 private:
  const int number_;
};

#else

class CrashPoint {
 public:
  CrashPoint() {}
};

#endif

}  // namespace tier0
