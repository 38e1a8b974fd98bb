#include "server/sandbox/host_journal.h"

#include <algorithm>

#include "server/base/clock.h"

namespace tier0::sandbox {
namespace {

constexpr Millis kSecond = 1000;
constexpr Millis kHour = 3600 * kSecond;
constexpr int kCronLines = 24;

std::string process_of(const std::string& unit, int pid) {
  std::string name = unit.substr(0, unit.find('.'));
  if (name == "ssh") name = "sshd";
  return name + "[" + std::to_string(pid) + "]";
}

void add_service(std::vector<JournalLine>& lines, const HostState& state, const std::string& unit,
                 const HostService& service, Millis now) {
  const Millis since = service.since != 0 ? service.since : state.booted + 8 * kSecond;
  const std::string process = process_of(unit, service.pid);
  const std::string& what = service.description.empty() ? unit : service.description;
  lines.push_back({state.booted + 7 * kSecond, unit, "systemd[1]", "Started " + what + "."});
  // A service's own lines are its latest ones.
  const auto count = static_cast<Millis>(service.log.size());
  for (Millis i = 0; i < count; ++i)
    lines.push_back({std::max(since, now - (count - i) * 20 * kSecond), unit, process,
                     service.log[static_cast<std::size_t>(i)]});
  if (service.state == "failed")
    lines.push_back({std::max(since, now - 5 * kSecond), unit, "systemd[1]",
                     unit + ": Failed with result 'exit-code'."});
  for (const ServiceEvent& event : service.events)
    lines.push_back({event.at, unit, "systemd[1]", event.text});
}

}  // namespace

std::vector<JournalLine> host_journal(const HostState& state, const HostFacts& facts, Millis now) {
  std::vector<JournalLine> lines;
  for (const auto& [unit, service] : facts.services) add_service(lines, state, unit, service, now);
  if (const auto sshd = facts.services.find("ssh.service"); sshd != facts.services.end())
    lines.push_back({state.booted + 9 * kSecond, "ssh.service",
                     process_of("ssh.service", sshd->second.pid),
                     "Server listening on 0.0.0.0 port 22."});
  for (Millis hour = now / kHour * kHour; hour > state.booted && hour > now - kCronLines * kHour;
       hour -= kHour)
    lines.push_back({hour, "cron.service",
                     "CRON[" + std::to_string(hour / kHour % 90000 + 1000) + "]",
                     "(root) CMD (cd / && run-parts --report /etc/cron.hourly)"});
  std::ranges::stable_sort(lines, {}, &JournalLine::at);
  return lines;
}

std::string journal_time(Millis at) {
  const std::string text = format_time(WallTime(std::chrono::milliseconds(at)));
  return text.substr(0, text.find('.')) + "+0000";
}

std::optional<File> host_log_file(const HostState& state, const std::string& path, Millis now) {
  const bool all = path == "/var/log/syslog";
  if (!all && path != "/var/log/auth.log") return std::nullopt;
  File file{.mode = 0644, .modified = now};
  for (const JournalLine& line : host_journal(state, host_facts(state), now))
    if (all || line.unit == "ssh.service")
      file.content += journal_time(line.at) + " " + state.hostname + " " + line.process + ": " +
                      line.text + "\n";
  return file;
}

}  // namespace tier0::sandbox
