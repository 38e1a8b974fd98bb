// Docker projects as the API shows them.

#include <algorithm>

#include "server/crypto/crypto.h"
#include "server/sandbox/docker.h"
#include "server/sandbox/handlers.h"
#include "server/sandbox/replies.h"

namespace tier0::sandbox {
namespace {

constexpr std::int64_t kMemory = 4'294'967'296;

Json container_view(const Container& container, Millis since, Millis now) {
  const bool up = container.state == "running";
  const Millis hours = std::max<Millis>(0, now - since) / 3'600'000;
  const std::string id = crypto::sha256_hex(container.name + container.digest);
  const double share = static_cast<double>(container.name.size() % 10) / 10 + 0.4;
  Json stats = nullptr;
  if (up)
    stats = {{"cpu_percentage", share},
             {"memory_percentage", share * 2},
             {"memory_used", static_cast<double>(kMemory) * share / 50},
             {"memory_total", static_cast<double>(kMemory)},
             {"net_in", 2'110'000},
             {"net_out", 30'100}};
  return {{"id", id.substr(0, 12)},
          {"name", container.name},
          {"image", container.image},
          {"command", "/entrypoint.sh"},
          {"status", up ? "Up " + std::to_string(hours) + " hours" : "Exited (0)"},
          {"state", container.state},
          {"health", up ? container.health : ""},
          {"ports", Json::array()},
          {"stats", std::move(stats)}};
}

}  // namespace

DockerHost docker_host(Call& call) {
  Vm* vm = path_vm(call);
  if (vm == nullptr) return {.refusal = not_found(call.world)};
  if (vm->state != "running")
    return {.refusal = refused_inside(call.world, "[VPS:2004] Virtual machine is not running.")};
  if (!vm->disk->docker_supported && call.world.quirks.on("docker-unsupported-2044"))
    return {.refusal = refused_inside(
                call.world, "[VPS:2044] Docker Manager is not supported by the installed OS.")};
  return {.vm = vm};
}

const DockerProject* path_project(const Call& call, const Vm& vm) {
  const auto project = vm.disk->projects.find(call.path.at(1));
  return project == vm.disk->projects.end() ? nullptr : &project->second;
}

Json containers_view(const DockerProject& project, Millis now) {
  Json list = Json::array();
  for (const Container& container : project.containers)
    list.push_back(container_view(container, project.updated, now));
  return list;
}

Json project_view(const std::string& name, const DockerProject& project, Millis now) {
  const auto up = std::ranges::count(project.containers, "running", &Container::state);
  const auto ill = std::ranges::count(project.containers, "unhealthy", &Container::health);
  const auto all = std::ssize(project.containers);
  const bool whole = up == all && ill == 0;
  return {{"name", name},
          {"status",
           up > 0 ? "running(" + std::to_string(up) + ")" : "exited(" + std::to_string(all) + ")"},
          {"state", up == 0 ? "stopped"
                    : whole ? "running"
                            : "mixed"},
          {"path", "/docker/" + name + "/docker-compose.yaml"},
          {"containers", containers_view(project, now)}};
}

Response list_projects(Call& call) {
  const DockerHost host = docker_host(call);
  if (host.vm == nullptr) return host.refusal;
  Json list = Json::array();
  for (const auto& [name, project] : host.vm->disk->projects)
    list.push_back(project_view(name, project, call.now));
  return ok(list);
}

Response get_project(Call& call) {
  const DockerHost host = docker_host(call);
  if (host.vm == nullptr) return host.refusal;
  const DockerProject* project = path_project(call, *host.vm);
  if (project == nullptr) return not_found(call.world);
  return ok(
      {{"content", project->content},
       {"environment", project->environment.empty() ? Json(nullptr) : Json(project->environment)}});
}

Response list_containers(Call& call) {
  const DockerHost host = docker_host(call);
  if (host.vm == nullptr) return host.refusal;
  const DockerProject* project = path_project(call, *host.vm);
  return project == nullptr ? not_found(call.world) : ok(containers_view(*project, call.now));
}

Response get_project_logs(Call& call) {
  const DockerHost host = docker_host(call);
  if (host.vm == nullptr) return host.refusal;
  const DockerProject* project = path_project(call, *host.vm);
  if (project == nullptr) return not_found(call.world);
  constexpr Millis kLines = 20;
  Json list = Json::array();
  for (const Container& container : project->containers) {
    Json entries = Json::array();
    for (Millis i = kLines; i > 0; --i)
      entries.push_back({{"timestamp", stamp(call.now - i * 60'000)},
                         {"line", container.service + ": served " + std::to_string(i * 7) +
                                      " requests, image " + container.digest.substr(0, 19)}});
    list.push_back({{"service", container.service}, {"entries", std::move(entries)}});
  }
  return ok(list);
}

}  // namespace tier0::sandbox
