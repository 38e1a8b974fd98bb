#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

namespace tier0::transport {

/// What /metrics tells of the transport. Thread-safe.
struct HttpCounters {
  using Count = std::atomic<std::uint64_t>;

  Count connections = 0;
  Count connections_open = 0;
  Count connections_refused = 0;
  std::array<Count, 6> requests = {};  // by the first digit of the status
  Count calls = 0;                     // requests that reached the protocol
  Count calls_open = 0;
  Count streams = 0;
  Count streams_refused = 0;

  void count_request(int status) { ++requests.at(static_cast<std::size_t>(status / 100) % 6); }
};

/// The counters in Prometheus' text format 0.0.4.
std::string format_metrics(const HttpCounters& counters, std::size_t streams_open);

}  // namespace tier0::transport
