#include "server/hosting/calls.h"
#include "server/hosting/hostinger.h"
#include "server/hosting/paths.h"

namespace tier0::hosting {
namespace {

std::string project_path(const VpsId& vps, const ProjectName& project) {
  return machine_path(vps) + "/docker/" + encode_component(project.value);
}

}  // namespace

Result<std::vector<Project>> Hostinger::list_projects(const VpsId& vps, const Cancel& cancel) {
  return ask_list(gateway_, {.path = machine_path(vps) + "/docker"}, parse_project, cancel);
}

Result<ProjectContent> Hostinger::get_project(const VpsId& vps, const ProjectName& project,
                                              const Cancel& cancel) {
  return ask(gateway_, {.path = project_path(vps, project)}, parse_project_content, cancel);
}

Result<std::vector<Container>> Hostinger::list_containers(const VpsId& vps,
                                                          const ProjectName& project,
                                                          const Cancel& cancel) {
  return ask_list(gateway_, {.path = project_path(vps, project) + "/containers"}, parse_container,
                  cancel);
}

Result<std::vector<ServiceLog>> Hostinger::get_project_logs(const VpsId& vps,
                                                            const ProjectName& project,
                                                            const Cancel& cancel) {
  return ask_list(gateway_, {.path = project_path(vps, project) + "/logs"}, parse_service_log,
                  cancel);
}

Result<Accepted> Hostinger::deploy_project(const VpsId& vps, const NewProject& project,
                                           const Cancel& cancel) {
  Json body{{"project_name", project.name.value}, {"content", project.content}};
  if (!project.environment.empty()) body["environment"] = project.environment.reveal();
  return act(vps,
             {.method = "POST",
              .path = machine_path(vps) + "/docker",
              .body = std::move(body),
              .secrets = {project.environment}},
             cancel);
}

Result<Accepted> Hostinger::start_project(const VpsId& vps, const ProjectName& project,
                                          const Cancel& cancel) {
  return act(vps, {.method = "POST", .path = project_path(vps, project) + "/start"}, cancel);
}

Result<Accepted> Hostinger::stop_project(const VpsId& vps, const ProjectName& project,
                                         const Cancel& cancel) {
  return act(vps, {.method = "POST", .path = project_path(vps, project) + "/stop"}, cancel);
}

Result<Accepted> Hostinger::restart_project(const VpsId& vps, const ProjectName& project,
                                            const Cancel& cancel) {
  return act(vps, {.method = "POST", .path = project_path(vps, project) + "/restart"}, cancel);
}

Result<Accepted> Hostinger::update_project(const VpsId& vps, const ProjectName& project,
                                           const Cancel& cancel) {
  return act(vps, {.method = "POST", .path = project_path(vps, project) + "/update"}, cancel);
}

Result<Accepted> Hostinger::delete_project(const VpsId& vps, const ProjectName& project,
                                           const Cancel& cancel) {
  return act(vps, {.method = "DELETE", .path = project_path(vps, project) + "/down"}, cancel);
}

}  // namespace tier0::hosting
