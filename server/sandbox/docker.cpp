// Changes of Docker projects.

#include "server/sandbox/docker.h"

#include <algorithm>

#include "server/sandbox/compose.h"
#include "server/sandbox/effects.h"
#include "server/sandbox/fields.h"
#include "server/sandbox/handlers.h"
#include "server/sandbox/replies.h"

namespace tier0::sandbox {
namespace {

constexpr std::size_t kTextLimit = 8192;
constexpr FieldRule kCreateRules[] = {
    {.name = "project_name", .min = 3, .max = 64},
    {.name = "content", .max = kTextLimit},
    {.name = "environment", .need = FieldRule::Need::Optional, .max = kTextLimit}};

bool is_project_name(std::string_view name) {
  return std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

/// A compose file that nobody here can download is replaced by the smallest one there is.
std::string resolved(const std::string& content) {
  if (!content.starts_with("https://") && !content.starts_with("http://")) return content;
  return "# from " + content + "\nservices:\n  app:\n    image: example/app:latest\n";
}

Response start_project_work(Call& call, std::string_view verb, std::string_view name,
                            double seconds, std::string_view state) {
  const DockerHost host = docker_host(call);
  if (host.vm == nullptr) return host.refusal;
  if (path_project(call, *host.vm) == nullptr) return not_found(call.world);
  if (auto refused = refuse_unless(call, *host.vm, {"running"})) return *refused;
  return start_work(call, *host.vm,
                    {.verb = verb,
                     .name = name,
                     .seconds = seconds,
                     .args = {{"project", call.path.at(1)}, {"state", state}}});
}

/// Lets `change` edit the project that the effect names, on a new disk.
template <class Change>
void change_project(const Effect& effect, Change change) {
  Disk disk = *effect.vm.disk;
  const auto project = disk.projects.find(string_member(effect.args, "project"));
  if (project == disk.projects.end()) return;
  change(project->second);
  effect.vm.disk = std::make_shared<const Disk>(std::move(disk));
}

void make_unhealthy(DockerProject& project) {
  if (!project.containers.empty()) project.containers.front().health = "unhealthy";
}

}  // namespace

Response create_project(Call& call) {
  const DockerHost host = docker_host(call);
  if (host.vm == nullptr) return host.refusal;
  FieldProblems problems;
  problems.check(call.body, kCreateRules);
  const std::string name = string_member(call.body, "project_name");
  const std::string content = resolved(string_member(call.body, "content"));
  if (!problems.has("project_name") && !is_project_name(name))
    problems.add("project_name",
                 "The project name may hold letters, digits, dashes and underscores only.");
  if (!problems.has("content") && compose_services(content).empty())
    problems.add("content", "[VPS:2004] The content must be a valid docker compose file.");
  if (auto refused = problems.response(call.world)) return *refused;
  if (auto refused = refuse_unless(call, *host.vm, {"running"})) return *refused;
  return start_work(call, *host.vm,
                    {.verb = "docker-up",
                     .name = "docker_compose_up",
                     .seconds = 60,
                     .args = {{"project", name},
                              {"content", content},
                              {"environment", string_member(call.body, "environment")}}});
}

Response start_project(Call& call) {
  return start_project_work(call, "docker-state", "docker_compose_start", 10, "running");
}

Response stop_project(Call& call) {
  return start_project_work(call, "docker-state", "docker_compose_stop", 15, "exited");
}

Response restart_project(Call& call) {
  return start_project_work(call, "docker-state", "docker_compose_restart", 20, "running");
}

Response update_project(Call& call) {
  return start_project_work(call, "docker-update", "docker_compose_update", 90, "running");
}

Response delete_project(Call& call) {
  return start_project_work(call, "docker-down", "docker_compose_down", 20, "");
}

void project_up(const Effect& effect) {
  Disk disk = *effect.vm.disk;
  const std::string name = string_member(effect.args, "project");
  const std::string content = string_member(effect.args, "content");
  const std::string environment = string_member(effect.args, "environment");
  DockerProject project{.content = content,
                        .environment = environment,
                        .containers = start_containers(name, compose_services(content)),
                        .updated = effect.now};
  if (effect.suffers("unhealthy")) make_unhealthy(project);
  const std::string folder = "/docker/" + name;
  disk.files[folder + "/docker-compose.yaml"] = {.content = content, .modified = effect.now};
  if (!environment.empty())
    disk.files[folder + "/.env"] = {.content = environment, .mode = 0600, .modified = effect.now};
  disk.projects.insert_or_assign(name, std::move(project));
  effect.vm.disk = std::make_shared<const Disk>(std::move(disk));
}

void project_state(const Effect& effect) {
  change_project(effect, [&effect](DockerProject& project) {
    for (Container& container : project.containers)
      container.state = string_member(effect.args, "state");
    project.updated = effect.now;
  });
}

void project_update(const Effect& effect) {
  change_project(effect, [&effect](DockerProject& project) {
    for (Container& container : project.containers) {
      container.digest = image_digest(container.image, effect.now);
      container.state = "running";
      if (!container.health.empty()) container.health = "healthy";
    }
    project.updated = effect.now;
    if (effect.suffers("unhealthy")) make_unhealthy(project);
  });
}

void project_down(const Effect& effect) {
  Disk disk = *effect.vm.disk;
  const std::string name = string_member(effect.args, "project");
  disk.projects.erase(name);
  std::erase_if(disk.files, [&name](const auto& file) {
    return file.first.starts_with("/docker/" + name + "/");
  });
  effect.vm.disk = std::make_shared<const Disk>(std::move(disk));
}

}  // namespace tier0::sandbox
