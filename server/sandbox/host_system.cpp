// Programs that tell about the machine: disk, memory, load, processes, ports, sshd's settings.

#include <array>

#include "server/sandbox/host_programs.h"

namespace tier0::sandbox {
namespace {

constexpr Millis kMinute = 60'000;

struct Mount {
  std::string device;
  std::int64_t size;  // kB
  std::int64_t used;
  std::string place;
};

std::vector<Mount> mounts(const HostCall& call) {
  const std::int64_t size = std::int64_t{call.facts.disk_mb} * 1024;
  const std::int64_t memory = std::int64_t{call.facts.memory_mb} * 1024;
  const bool rescue = call.state.power == Power::Rescue;
  std::vector<Mount> list = {
      {"tmpfs", memory / 10, 1200, "/run"},
      {"/dev/sda1", size, size * call.facts.disk_used_percent / 100, rescue ? "/mnt" : "/"},
      {"tmpfs", memory / 2, 0, "/dev/shm"}};
  if (rescue) list.insert(list.begin(), {"overlay", memory / 2, memory / 20, "/"});
  return list;
}

std::string human(std::int64_t kilobytes) {
  constexpr std::array kUnits = {'K', 'M', 'G', 'T'};
  auto value = static_cast<double>(kilobytes);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return decimal(value, value < 10 && value > 0 ? 1 : 0) + kUnits[unit];
}

std::string df_row(std::string_view device, std::string_view size, std::string_view used,
                   std::string_view free, std::string_view percent, std::string_view place) {
  return padded(device, 15) + padded_left(size, 12) + padded_left(used, 12) +
         padded_left(free, 12) + padded_left(percent, 9) + " " + std::string(place) + "\n";
}

std::string uptime_text(Millis span) {
  const Millis minutes = std::max<Millis>(0, span) / kMinute;
  const Millis days = minutes / 1440;
  const Millis hours = minutes / 60 % 24;
  std::string text;
  if (days > 0) text = std::to_string(days) + (days == 1 ? " day, " : " days, ");
  if (hours == 0) return text + std::to_string(minutes % 60) + " min";
  return text + padded_left(std::to_string(hours), 2) + ":" + (minutes % 60 < 10 ? "0" : "") +
         std::to_string(minutes % 60);
}

std::string process_row(std::string_view pid, std::string_view user, std::string_view cpu,
                        std::string_view memory, std::string_view elapsed,
                        std::string_view command) {
  return padded_left(pid, 7) + " " + padded(user, 9) + padded_left(cpu, 5) +
         padded_left(memory, 5) + padded_left(elapsed, 9) + " " + std::string(command) + "\n";
}

std::string running_seconds(const HostCall& call, const HostService& service) {
  const Millis since = std::max(service.since, call.state.booted);
  return std::to_string(std::max<Millis>(0, call.now - since) / 1000);
}

std::string process_name(const std::string& unit) {
  return unit == "ssh.service" ? "sshd" : unit.substr(0, unit.find('.'));
}

}  // namespace

ProgramOutput run_df(const HostCall& call, Arguments arguments) {
  const bool readable = has_option(arguments, {"-h", "-hP", "-Ph", "--human-readable"});
  const bool inodes = has_option(arguments, {"-i", "-iP", "-Pi", "--inodes"});
  const auto amount = [readable, inodes](std::int64_t kilobytes) {
    if (inodes) return std::to_string(kilobytes / 16);
    return readable ? human(kilobytes) : std::to_string(kilobytes);
  };
  ProgramOutput output{
      .out = inodes ? df_row("Filesystem", "Inodes", "IUsed", "IFree", "IUse%", "Mounted on")
                    : df_row("Filesystem", readable ? "Size" : "1024-blocks", "Used", "Available",
                             "Capacity", "Mounted on")};
  for (const Mount& mount : mounts(call)) {
    const std::int64_t percent =
        mount.size == 0 ? 0 : (mount.used * 100 + mount.size - 1) / mount.size;
    output.out +=
        df_row(mount.device, amount(mount.size), amount(mount.used),
               amount(mount.size - mount.used), std::to_string(percent) + "%", mount.place);
  }
  return output;
}

ProgramOutput run_free(const HostCall& call, Arguments arguments) {
  const std::int64_t unit = has_option(arguments, {"-m"}) ? 1 : 1024;
  const std::int64_t total = call.facts.memory_mb * unit;
  const std::int64_t used = call.facts.memory_used_mb * unit;
  const std::int64_t cache = (total - used) * 2 / 5;
  ProgramOutput output;
  const auto row = [&output](std::string_view label, std::initializer_list<std::string> columns) {
    output.out += padded(label, 7);
    for (const std::string& column : columns) output.out += padded_left(column, 12);
    output.out += '\n';
  };
  const auto text = [](std::int64_t value) { return std::to_string(value); };
  row("", {"total", "used", "free", "shared", "buff/cache", "available"});
  row("Mem:", {text(total), text(used), text(total - used - cache), text(unit), text(cache),
               text(total - used)});
  row("Swap:", {"0", "0", "0"});
  return output;
}

ProgramOutput run_uptime(const HostCall& call, Arguments) {
  const Millis minutes = call.now / kMinute % 1440;
  std::string load;
  for (const double each : call.facts.load) load += (load.empty() ? "" : ", ") + decimal(each, 2);
  return {.out = " " + padded_left(std::to_string(minutes / 60), 2) + ":" +
                 (minutes % 60 < 10 ? "0" : "") + std::to_string(minutes % 60) + " up " +
                 uptime_text(call.now - call.state.booted) + ",  1 user,  load average: " + load +
                 "\n"};
}

ProgramOutput run_ps(const HostCall& call, Arguments) {
  const std::string seconds =
      std::to_string(std::max<Millis>(0, call.now - call.state.booted) / 1000);
  ProgramOutput output{.out = process_row("PID", "USER", "%CPU", "%MEM", "ELAPSED", "COMMAND")};
  for (const auto& [unit, service] : call.facts.services)
    if (service.is_active())
      output.out +=
          process_row(std::to_string(service.pid), "root", service.pid % 4 == 0 ? "0.3" : "0.1",
                      "0.6", running_seconds(call, service), process_name(unit));
  int pid = 20'000;
  for (const auto& [name, project] : call.state.disk->projects)
    for (const Container& container : project.containers)
      if (container.state == "running")
        output.out += process_row(std::to_string(pid += 31), "root", "0.0", "2.1", seconds,
                                  container.service);
  output.out += process_row("1", "root", "0.0", "0.2", seconds, "systemd");
  return output;
}

ProgramOutput run_ss(const HostCall& call, Arguments arguments) {
  const bool only_tcp = has_flag(arguments, 't', "--tcp");
  const bool only_udp = has_flag(arguments, 'u', "--udp");
  const bool processes = has_flag(arguments, 'p', "--processes");
  ProgramOutput output;
  const auto row = [&output](std::string_view net, std::string_view state, std::string_view receive,
                             std::string_view send, std::string_view local, std::string_view peer,
                             std::string_view process) {
    output.out += padded(net, 6) + padded(state, 7) + padded(receive, 7) + padded(send, 7) +
                  padded(local, 22) + padded(peer, 18) + std::string(process) + "\n";
  };
  if (!has_flag(arguments, 'H', "--no-header"))
    row("Netid", "State", "Recv-Q", "Send-Q", "Local Address:Port", "Peer Address:Port", "Process");
  for (const HostListener& each : call.facts.listeners) {
    const bool udp = each.protocol == "udp";
    if (only_tcp != only_udp && udp != only_udp) continue;
    const auto service = call.facts.services.find(each.unit);
    const int pid = service == call.facts.services.end() ? 700 + each.port : service->second.pid;
    // Whose socket it is, only root may see.
    const std::string process =
        processes && call.is_root()
            ? "users:((\"" + each.process + "\",pid=" + std::to_string(pid) + ",fd=3))"
            : "";
    row(each.protocol, udp ? "UNCONN" : "LISTEN", "0", udp ? "0" : "128",
        each.address + ":" + std::to_string(each.port),
        each.address.starts_with('[') ? "[::]:*" : "0.0.0.0:*", process);
  }
  return output;
}

ProgramOutput run_sshd(const HostCall& call, Arguments arguments) {
  if (!has_option(arguments, {"-T"})) return failure("usage: sshd -T\n");
  if (!call.is_root()) return failure("sshd: no hostkeys available -- exiting.\n");
  ProgramOutput output;
  for (const auto& [name, value] : call.facts.sshd) output.out += name + " " + value + "\n";
  return output;
}

}  // namespace tier0::sandbox
