#include "server/transport/http_counters.h"

#include <string_view>

namespace tier0::transport {
namespace {

void append(std::string& out, std::string_view name, std::string_view type, std::uint64_t value) {
  out.append("# TYPE ").append(name).append(" ").append(type).append("\n");
  out.append(name).append(" ").append(std::to_string(value)).append("\n");
}

}  // namespace

std::string format_metrics(const HttpCounters& counters, std::size_t streams_open) {
  std::string out;
  append(out, "tier0_http_connections_total", "counter", counters.connections);
  append(out, "tier0_http_connections_open", "gauge", counters.connections_open);
  append(out, "tier0_http_connections_refused_total", "counter", counters.connections_refused);
  append(out, "tier0_http_calls_total", "counter", counters.calls);
  append(out, "tier0_http_calls_open", "gauge", counters.calls_open);
  append(out, "tier0_http_streams_total", "counter", counters.streams);
  append(out, "tier0_http_streams_open", "gauge", streams_open);
  append(out, "tier0_http_streams_refused_total", "counter", counters.streams_refused);
  out += "# TYPE tier0_http_requests_total counter\n";
  for (std::size_t digit = 1; digit < counters.requests.size(); ++digit)
    out += "tier0_http_requests_total{status=\"" + std::to_string(digit) + "xx\"} " +
           std::to_string(counters.requests.at(digit)) + "\n";
  return out;
}

}  // namespace tier0::transport
