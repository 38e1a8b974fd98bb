#include <algorithm>

#include "server/base/text.h"
#include "tests/fakes/fake_hosting.h"

namespace tier0 {
namespace {

using VpsState::Running;

Result<Unit> check_docker(const FakeWorld&, const FakeMachine& machine) {
  if (!machine.has_docker)
    return Error{.code = Code::WrongState,
                 .message = "[VPS:2044] The installed system does not support Docker Manager."};
  return Unit{};
}

auto has(const ProjectName& project) {
  return [project](const FakeWorld& world, const FakeMachine& machine) -> Result<Unit> {
    T0_CHECK(check_docker(world, machine));
    if (!machine.projects.contains(project.value))
      return Error{.code = Code::NotFound, .message = "the project does not exist"};
    return Unit{};
  };
}

auto turn(const ProjectName& project, std::string state) {
  return [project, state](FakeWorld&, FakeMachine& machine) {
    FakeProject& found = machine.projects[project.value];
    found.project.state = state;
    for (Container& container : found.project.containers)
      container.state = state == "running" ? "running" : "exited";
  };
}

}  // namespace

Result<FakeProject*> FakeHosting::find_project(const VpsId& vps, const ProjectName& project) {
  T0_TRY(FakeMachine* const machine, find_machine(vps));
  T0_CHECK(has(project)(world_, *machine));
  return &machine->projects.at(project.value);
}

Result<std::vector<Project>> FakeHosting::list_projects(const VpsId& vps, const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"list_projects", {vps.value}}, cancel));
  T0_TRY(const FakeMachine* const machine, find_machine(vps));
  T0_CHECK(check_docker(world_, *machine));
  std::vector<Project> all;
  for (const auto& [name, one] : machine->projects) {
    all.push_back(one.project);
    for (Container& container : all.back().containers) container.stats.reset();
  }
  return all;
}

Result<ProjectContent> FakeHosting::get_project(const VpsId& vps, const ProjectName& project,
                                                const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"get_project", {vps.value, project.value}}, cancel));
  T0_TRY(const FakeProject* const found, find_project(vps, project));
  return ProjectContent{.content = found->content,
                        .environment = Secret(found->environment),
                        .entries = mask_environment(found->environment)};
}

Result<std::vector<Container>> FakeHosting::list_containers(const VpsId& vps,
                                                            const ProjectName& project,
                                                            const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"list_containers", {vps.value, project.value}}, cancel));
  T0_TRY(const FakeProject* const found, find_project(vps, project));
  return found->project.containers;
}

Result<std::vector<ServiceLog>> FakeHosting::get_project_logs(const VpsId& vps,
                                                              const ProjectName& project,
                                                              const Cancel& cancel) {
  const MutexLock lock(mutex_);
  T0_CHECK(enter(Kind::Read, {"get_project_logs", {vps.value, project.value}}, cancel));
  T0_TRY(const FakeProject* const found, find_project(vps, project));
  return found->logs;
}

Result<Accepted> FakeHosting::deploy_project(const VpsId& vps, const NewProject& project,
                                             const Cancel& cancel) {
  const auto deploy = [project](FakeWorld&, FakeMachine& machine) {
    const std::string& name = project.name.value;
    machine.projects[name] = {.project = {.name = name,
                                          .status = "running(1)",
                                          .state = "running",
                                          .path = "/docker/" + name + "/docker-compose.yaml"},
                              .content = project.content,
                              .environment = project.environment.reveal()};
  };
  return act({"deploy_project", {vps.value, project.name.value, project.content}}, vps,
             {"docker_up", {Running}, deploy, check_docker}, cancel);
}

Result<Accepted> FakeHosting::start_project(const VpsId& vps, const ProjectName& project,
                                            const Cancel& cancel) {
  return act({"start_project", {vps.value, project.value}}, vps,
             {"docker_start", {Running}, turn(project, "running"), has(project)}, cancel);
}

Result<Accepted> FakeHosting::stop_project(const VpsId& vps, const ProjectName& project,
                                           const Cancel& cancel) {
  return act({"stop_project", {vps.value, project.value}}, vps,
             {"docker_stop", {Running}, turn(project, "stopped"), has(project)}, cancel);
}

Result<Accepted> FakeHosting::restart_project(const VpsId& vps, const ProjectName& project,
                                              const Cancel& cancel) {
  return act({"restart_project", {vps.value, project.value}}, vps,
             {"docker_restart", {Running}, turn(project, "running"), has(project)}, cancel);
}

Result<Accepted> FakeHosting::update_project(const VpsId& vps, const ProjectName& project,
                                             const Cancel& cancel) {
  return act({"update_project", {vps.value, project.value}}, vps,
             {"docker_update", {Running}, turn(project, "running"), has(project)}, cancel);
}

Result<Accepted> FakeHosting::delete_project(const VpsId& vps, const ProjectName& project,
                                             const Cancel& cancel) {
  const auto remove = [project](FakeWorld&, FakeMachine& machine) {
    machine.projects.erase(project.value);
  };
  return act({"delete_project", {vps.value, project.value}}, vps,
             {"docker_down", {Running}, remove, has(project)}, cancel);
}

}  // namespace tier0
