#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "server/base/json.h"

namespace tier0::mcp {

/// A key that seals request states and cursors. `id` is short and plain: letters and digits.
struct SealKey {
  std::string id;
  std::string bytes;  // 32
};

/// Where single-use states are remembered; replicas that share keys share this too. Thread-safe.
class SpentNonces {
 public:
  virtual ~SpentNonces() = default;
  /// True for the first caller with this nonce, false for any later one, and when it cannot tell.
  virtual bool burn(const std::string& nonce, std::chrono::sys_seconds expires) = 0;
};

/// Every number that a deployment may want to change.
struct Options {
  bool legacy = true;                       // revisions that begin with `initialize`
  bool sse_on_endpoint = true;              // HTTP+SSE also by GET on the endpoint itself
  std::string messages_path = "/messages";  // where its clients are told to POST

  std::vector<SealKey> keys = {};  // the first seals, all open; none: a random one
  SpentNonces* spent = nullptr;    // null: remembered in this process

  std::size_t page_size = 0;  // 0: every list is one page
  std::chrono::milliseconds list_ttl{60000};
  std::chrono::milliseconds progress_interval{100};
  std::chrono::milliseconds call_deadline{120000};
  std::chrono::milliseconds input_timeout{45000};  // legacy: how long a question stays open
  std::chrono::seconds state_lifetime{300};
  int rounds = 8;  // of questions in one legacy call

  std::chrono::milliseconds session_idle{30 * 60 * 1000};
  std::size_t sessions = 4096;
  std::size_t sessions_per_caller = 256;
  std::size_t calls_per_session = 64;
  std::size_t batch = 100;
  std::size_t watched_uris = 256;  // per session and per listen stream

  std::size_t listens = 16384;
  std::size_t listens_per_caller = 16384;

  std::size_t replay_events = 256;  // per stream
  std::size_t replay_bytes = 1024 * 1024;
  std::chrono::milliseconds replay_ttl{5 * 60 * 1000};
  std::chrono::milliseconds retry{500};          // how soon a client comes back for the rest
  std::chrono::milliseconds stream_after{2000};  // legacy: an answer that takes longer is streamed

  JsonLimits json = {};
};

}  // namespace tier0::mcp
