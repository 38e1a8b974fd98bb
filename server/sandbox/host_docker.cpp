// docker, as far as one can look with it.

#include <algorithm>

#include "server/base/text.h"
#include "server/sandbox/host_programs.h"

namespace tier0::sandbox {
namespace {

struct Row {
  const std::string& project;
  const Container& container;
};

std::vector<Row> containers(const HostCall& call, std::string_view project, bool stopped_too) {
  std::vector<Row> rows;
  for (const auto& [name, each] : call.state.disk->projects)
    for (const Container& container : each.containers)
      if ((project.empty() || project == name) && (stopped_too || container.state == "running"))
        rows.push_back({name, container});
  return rows;
}

std::string container_id(const Row& row) {
  const std::string& digest = row.container.digest;
  const std::size_t colon = digest.find(':');
  return (colon == std::string::npos ? digest : digest.substr(colon + 1)).substr(0, 12);
}

std::string status_of(const Container& container) {
  if (container.state != "running") return "Exited (0)";
  return container.health.empty() ? "Up" : "Up (" + container.health + ")";
}

bool wants_json(Arguments arguments) {
  const std::string format = option_value(arguments, {"--format"});
  return format == "json" || format == "{{json .}}";
}

ProgramOutput list_containers(const HostCall& call, Arguments arguments, std::string_view project) {
  const bool stopped_too = has_option(arguments, {"--all", "-a"});
  ProgramOutput output;
  if (!wants_json(arguments))
    output.out =
        padded("CONTAINER ID", 15) + padded("IMAGE", 34) + padded("STATUS", 22) + "NAMES\n";
  for (const Row& row : containers(call, project, stopped_too)) {
    const Container& container = row.container;
    if (wants_json(arguments)) {
      output.out += dump_json({{"ID", container_id(row)},
                               {"Image", container.image},
                               {"Names", container.name},
                               {"Name", container.name},
                               {"Service", container.service},
                               {"Project", row.project},
                               {"State", container.state},
                               {"Health", container.health},
                               {"Status", status_of(container)}}) +
                    "\n";
    } else {
      output.out += padded(container_id(row), 15) + padded(container.image, 34) +
                    padded(status_of(container), 22) + container.name + "\n";
    }
  }
  return output;
}

std::string project_status(const DockerProject& project) {
  std::map<std::string, int> counts;
  for (const Container& container : project.containers) ++counts[container.state];
  std::vector<std::string> parts;
  for (const auto& [state, count] : counts)
    parts.push_back(state + "(" + std::to_string(count) + ")");
  return join(parts, ", ");
}

ProgramOutput list_projects(const HostCall& call, Arguments arguments) {
  Json list = Json::array();
  std::string table = padded("NAME", 20) + padded("STATUS", 20) + "CONFIG FILES\n";
  for (const auto& [name, project] : call.state.disk->projects) {
    const bool runs = std::ranges::any_of(
        project.containers, [](const Container& each) { return each.state == "running"; });
    if (!runs && !has_option(arguments, {"--all", "-a"})) continue;
    const std::string file = "/docker/" + name + "/docker-compose.yaml";
    const std::string status = project_status(project);
    list.push_back({{"Name", name}, {"Status", status}, {"ConfigFiles", file}});
    table += padded(name, 20) + padded(status, 20) + file + "\n";
  }
  return {.out = wants_json(arguments) ? dump_json(list) + "\n" : table};
}

ProgramOutput run_compose(const HostCall& call, Arguments arguments) {
  const std::vector<std::string> words =
      operands(arguments, {"-p", "--project-name", "-f", "--file", "--format"});
  if (words == std::vector<std::string>{"ls"}) return list_projects(call, arguments);
  const std::string project = option_value(arguments, {"-p", "--project-name"});
  if (words.empty() || words.front() != "ps")
    return failure("unknown docker compose command\n", 125);
  if (project.empty()) return failure("no configuration file provided: not found\n", 14);
  return list_containers(call, arguments, project);
}

}  // namespace

ProgramOutput run_docker(const HostCall& call, Arguments arguments) {
  if (!call.facts.services.contains("docker.service") || call.state.power == Power::Rescue)
    return failure("sh: 1: docker: not found\n", 127);
  if (arguments.empty()) return failure("docker: 'docker' needs a command\n", 125);
  if (arguments.front() == "compose") return run_compose(call, arguments.subspan(1));
  if (arguments.front() == "ps") return list_containers(call, arguments.subspan(1), "");
  return failure("docker: unknown command: docker " + arguments.front() + "\n", 125);
}

}  // namespace tier0::sandbox
