// systemctl and journalctl.

#include <algorithm>

#include "server/base/text.h"
#include "server/sandbox/host_journal.h"
#include "server/sandbox/host_programs.h"

namespace tier0::sandbox {
namespace {

constexpr int kUnitIsDown = 3;
constexpr int kNoSuchUnit = 4;
constexpr std::size_t kStatusLines = 10;
constexpr std::size_t kJournalLines = 1000;

std::string full_name(const std::string& unit) {
  return unit.find('.') == std::string::npos ? unit + ".service" : unit;
}

const HostService* find_service(const HostCall& call, const std::string& unit) {
  const auto found = call.facts.services.find(unit);
  return found == call.facts.services.end() ? nullptr : &found->second;
}

std::string sub_state(const HostService& service) {
  if (service.state == "active") return "running";
  return service.state == "failed" ? "failed" : "dead";
}

std::size_t line_limit(Arguments arguments, std::size_t normal) {
  const std::string given = option_value(arguments, {"--lines", "-n"});
  const bool number = !given.empty() && given.size() < 7 &&
                      std::ranges::all_of(given, [](char c) { return c >= '0' && c <= '9'; });
  return number ? std::stoul(given) : normal;
}

std::string journal_text(const HostCall& call, const std::string& unit, std::size_t limit) {
  std::vector<JournalLine> lines = host_journal(call.state, call.facts, call.now);
  if (!unit.empty())
    std::erase_if(lines, [&unit](const JournalLine& line) { return line.unit != unit; });
  std::string text;
  for (std::size_t i = lines.size() - std::min(limit, lines.size()); i < lines.size(); ++i)
    text += journal_time(lines[i].at) + " " + call.state.hostname + " " + lines[i].process + ": " +
            lines[i].text + "\n";
  return text;
}

ProgramOutput list_units(const HostCall& call, Arguments arguments) {
  ProgramOutput output;
  const bool failed_only =
      option_value(arguments, {"--state"}) == "failed" || has_option(arguments, {"--failed"});
  if (!has_option(arguments, {"--no-legend"}))
    output.out =
        padded("UNIT", 34) + "LOAD   " + padded("ACTIVE", 9) + padded("SUB", 8) + "DESCRIPTION\n";
  for (const auto& [unit, service] : call.facts.services) {
    if (failed_only && service.state != "failed") continue;
    if (service.state == "inactive" && !has_option(arguments, {"--all", "-a"})) continue;
    output.out += padded(unit, 34) + "loaded " + padded(service.state, 9) +
                  padded(sub_state(service), 8) + service.description + "\n";
  }
  return output;
}

ProgramOutput status_of(const HostCall& call, const std::string& unit, Arguments arguments) {
  const HostService* service = find_service(call, unit);
  if (service == nullptr) return failure("Unit " + unit + " could not be found.\n", kNoSuchUnit);
  const Millis since = service->since != 0 ? service->since : call.state.booted;
  ProgramOutput output;
  output.exit_code = service->state == "active" ? 0 : kUnitIsDown;
  output.out = "* " + unit + " - " + service->description +
               "\n     Loaded: loaded (/usr/lib/systemd/system/" + unit + "; " +
               (service->enabled ? "enabled" : "disabled") +
               "; preset: enabled)\n     Active: " + service->state + " (" + sub_state(*service) +
               ") since " + journal_time(since) + "\n\n" +
               journal_text(call, unit, line_limit(arguments, kStatusLines));
  return output;
}

ProgramOutput is_active(const HostCall& call, const std::string& unit) {
  const HostService* service = find_service(call, unit);
  if (service == nullptr) return {.out = "inactive\n", .exit_code = kNoSuchUnit};
  return {.out = service->state + "\n", .exit_code = service->state == "active" ? 0 : kUnitIsDown};
}

ProgramOutput is_enabled(const HostCall& call, const std::string& unit) {
  const HostService* service = find_service(call, unit);
  if (service == nullptr)
    return failure("Failed to get unit file state for " + unit + ": No such file or directory\n");
  return {.out = service->enabled ? "enabled\n" : "disabled\n",
          .exit_code = service->enabled ? 0 : 1};
}

ProgramOutput change_service(const HostCall& call, const std::string& verb,
                             const std::string& unit) {
  if (!call.is_root())
    return failure("Failed to " + verb + " " + unit + ": Interactive authentication required.\n");
  if (find_service(call, unit) == nullptr)
    return failure("Failed to " + verb + " " + unit + ": Unit " + unit + " not found.\n", 5);
  if (verb == "reload") return {};
  const std::string_view state = verb == "stop" ? "inactive" : "active";
  const auto changed = change_disk(call.view, call.state.vps, [&](Disk& disk) {
    set_service_state(disk, unit, state, call.now);
  });
  return changed ? ProgramOutput{} : failure(changed.error().message + "\n");
}

ProgramOutput change_power(const HostCall& call, bool restart) {
  if (!call.is_root())
    return failure("Call to Reboot failed: Interactive authentication required.\n");
  const auto changed =
      restart ? call.view.reboot(call.state.vps) : call.view.power_off(call.state.vps);
  return changed ? ProgramOutput{} : failure(changed.error().message + "\n");
}

}  // namespace

ProgramOutput run_systemctl(const HostCall& call, Arguments arguments) {
  const std::vector<std::string> words =
      operands(arguments, {"--lines", "-n", "--state", "--type", "-t"});
  const std::string verb = words.empty() ? "list-units" : words.front();
  if (verb == "list-units") return list_units(call, arguments);
  if (verb == "reboot") return change_power(call, true);
  if (verb == "poweroff") return change_power(call, false);
  if (words.size() != 2) return failure("Too few or too many arguments.\n");
  const std::string unit = full_name(words[1]);
  if (verb == "status") return status_of(call, unit, arguments);
  if (verb == "is-active") return is_active(call, unit);
  if (verb == "is-enabled") return is_enabled(call, unit);
  if (verb == "start" || verb == "stop" || verb == "restart" || verb == "reload")
    return change_service(call, verb, unit);
  return failure("Unknown command verb " + verb + ".\n");
}

ProgramOutput run_journalctl(const HostCall& call, Arguments arguments) {
  const std::string unit = option_value(arguments, {"--unit", "-u"});
  const std::string text =
      journal_text(call, unit.empty() ? "" : full_name(unit), line_limit(arguments, kJournalLines));
  return {.out = text.empty() ? "-- No entries --\n" : text};
}

}  // namespace tier0::sandbox
