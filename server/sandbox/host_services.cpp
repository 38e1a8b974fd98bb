// systemctl and journalctl.

#include <algorithm>
#include <array>
#include <utility>

#include "server/base/text.h"
#include "server/sandbox/host_journal.h"
#include "server/sandbox/host_programs.h"

namespace tier0::sandbox {
namespace {

constexpr int kUnitIsDown = 3;
constexpr int kNoSuchUnit = 4;
constexpr int kUnitNotFound = 5;
constexpr Millis kServicesStartAfter = 7000;  // the boot
constexpr Millis kMicroseconds = 1000;        // in one of ours
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
  if (service.is_active()) return "running";
  return service.state == "failed" ? "failed" : "dead";
}

Millis active_since(const HostCall& call, const HostService& service) {
  return std::max(service.since, call.state.booted);
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
  const Millis since = active_since(call, *service);
  ProgramOutput output;
  output.exit_code = service->is_active() ? 0 : kUnitIsDown;
  output.out = "* " + unit + " - " + service->description +
               "\n     Loaded: loaded (/usr/lib/systemd/system/" + unit + "; " +
               (service->enabled ? "enabled" : "disabled") +
               "; preset: enabled)\n     Active: " + service->state + " (" + sub_state(*service) +
               ") since " + journal_time(since) + "\n" +
               (service->is_active() ? "   Main PID: " + std::to_string(service->pid) + "\n" : "") +
               "\n" + journal_text(call, unit, line_limit(arguments, kStatusLines));
  return output;
}

ProgramOutput is_active(const HostCall& call, const std::string& unit) {
  const HostService* service = find_service(call, unit);
  if (service == nullptr) return {.out = "inactive\n", .exit_code = kNoSuchUnit};
  return {.out = service->state + "\n", .exit_code = service->is_active() ? 0 : kUnitIsDown};
}

ProgramOutput is_enabled(const HostCall& call, const std::string& unit) {
  const HostService* service = find_service(call, unit);
  if (service == nullptr)
    return failure("Failed to get unit file state for " + unit + ": No such file or directory\n");
  return {.out = service->enabled ? "enabled\n" : "disabled\n",
          .exit_code = service->enabled ? 0 : 1};
}

/// Sun 2026-11-22 05:00:03 UTC
std::string systemd_time(Millis at) {
  constexpr std::array kDays = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
  const std::string text = journal_time(at);
  return std::string(kDays[static_cast<std::size_t>(at / kDay % 7)]) + " " + text.substr(0, 10) +
         " " + text.substr(11, 8) + " UTC";
}

std::vector<std::pair<std::string, std::string>> properties(const HostCall& call,
                                                            const std::string& unit) {
  const HostService* found = find_service(call, unit);
  const HostService service = found != nullptr ? *found : HostService{.state = "inactive"};
  const std::string since = service.is_active() ? systemd_time(active_since(call, service)) : "";
  const Millis after_boot =
      service.since != 0 ? service.since - call.state.booted : kServicesStartAfter;
  return {{"Id", unit},
          {"Description", found != nullptr ? service.description : unit},
          {"LoadState", found != nullptr ? "loaded" : "not-found"},
          {"ActiveState", service.state},
          {"SubState", sub_state(service)},
          {"UnitFileState", found == nullptr  ? ""
                            : service.enabled ? "enabled"
                                              : "disabled"},
          {"Result", service.state == "failed" ? "exit-code" : "success"},
          {"MainPID", service.is_active() ? std::to_string(service.pid) : "0"},
          {"ExecMainStatus", service.state == "failed" ? "1" : "0"},
          {"NRestarts", "0"},
          {"ActiveEnterTimestamp", since},
          {"ActiveEnterTimestampMonotonic",
           service.is_active() ? std::to_string(after_boot * kMicroseconds) : "0"},
          {"ExecMainStartTimestamp", since}};
}

/// The names that -p and --property give, each of them a list with commas.
std::vector<std::string> wanted_properties(Arguments arguments) {
  constexpr std::string_view kJoined = "--property=";
  std::vector<std::string> wanted;
  for (std::size_t i = 0; i < arguments.size() && arguments[i] != "--"; ++i) {
    const std::string& word = arguments[i];
    std::string names;
    if (word.starts_with(kJoined))
      names = word.substr(kJoined.size());
    else if ((word == "-p" || word == "--property") && i + 1 < arguments.size())
      names = arguments[++i];
    for (const std::string& name : split(names, ','))
      if (!name.empty()) wanted.push_back(name);
  }
  return wanted;
}

ProgramOutput show_unit(const HostCall& call, const std::string& unit, Arguments arguments) {
  const std::vector<std::string> wanted = wanted_properties(arguments);
  const bool bare = has_option(arguments, {"--value"});
  ProgramOutput output;
  for (const auto& [name, value] : properties(call, unit))
    if (wanted.empty() || std::ranges::find(wanted, name) != wanted.end())
      output.out += (bare ? "" : name + "=") + value + "\n";
  return output;
}

/// What the verb leaves in the journal, oldest first.
std::vector<std::string> journal_of(const std::string& verb, const HostService& service) {
  const std::string what = service.description + ".";
  if (verb == "reload") return {"Reloaded " + what};
  std::vector<std::string> lines;
  if (service.is_active() && verb != "start") lines = {"Stopping " + what, "Stopped " + what};
  if (verb == "restart" || (verb == "start" && !service.is_active()))
    lines.push_back("Started " + what);
  return lines;
}

ProgramOutput change_service(const HostCall& call, const std::string& verb,
                             const std::string& unit) {
  if (!call.is_root())
    return failure("Failed to " + verb + " " + unit + ": Interactive authentication required.\n");
  const HostService* service = find_service(call, unit);
  if (service == nullptr)
    return failure("Failed to " + verb + " " + unit + ": Unit " + unit + " not found.\n",
                   kUnitNotFound);
  if (verb == "reload" && !service->is_active())
    return failure(unit + " is not active, cannot reload.\n");
  const std::vector<std::string> lines = journal_of(verb, *service);
  const auto changed = change_disk(call.view, call.state.vps, [&](Disk& disk) {
    if (verb != "reload" && !lines.empty())
      set_service_state(disk, unit, verb == "stop" ? "inactive" : "active", call.now);
    for (const std::string& line : lines) add_service_event(disk, unit, line, call.now);
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
      operands(arguments, {"--lines", "-n", "--state", "--type", "-t", "-p", "--property"});
  const std::string verb = words.empty() ? "list-units" : words.front();
  if (verb == "list-units") return list_units(call, arguments);
  if (verb == "reboot") return change_power(call, true);
  if (verb == "poweroff") return change_power(call, false);
  if (words.size() != 2) return failure("Too few or too many arguments.\n");
  const std::string unit = full_name(words[1]);
  if (verb == "status") return status_of(call, unit, arguments);
  if (verb == "show") return show_unit(call, unit, arguments);
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
