#include "server/operation/crash_point.h"

#ifdef TIER0_CRASH_POINTS

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

namespace tier0 {
namespace {

int next_number() {
  static std::atomic<int> writes = 0;
  return ++writes;
}

void die_at(std::string_view side, int number) {
  // Read once: nothing changes the environment of a running server.
  static const std::string where = [] {
    const char* text = std::getenv("TIER0_CRASH_AT");  // NOLINT(concurrency-mt-unsafe)
    return std::string(text == nullptr ? "" : text);
  }();
  if (!where.empty() && where == std::string(side) + ":" + std::to_string(number))
    (void)std::raise(SIGKILL);
}

}  // namespace

CrashPoint::CrashPoint() : number_(next_number()) {
  die_at("before", number_);
}

CrashPoint::~CrashPoint() {
  die_at("after", number_);
}

}  // namespace tier0

#endif
