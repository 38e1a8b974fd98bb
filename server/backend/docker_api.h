#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/backend/action.h"
#include "server/base/cancel.h"
#include "server/base/secret.h"

namespace tier0 {

/// A published or exposed port, or a range of them. Zero: not given.
struct ContainerPort {
  std::string type = {};      // published, published_range, exposed, exposed_range
  std::string protocol = {};  // tcp, udp
  std::string host_ip = {};
  int host_port = 0;
  int host_port_end = 0;  // ranges only
  int container_port = 0;
  int container_port_end = 0;  // ranges only
};

struct ContainerStats {
  double cpu_percent = 0;
  double memory_percent = 0;
  double memory_used = 0;   // bytes
  double memory_total = 0;  // bytes
  long long net_in = 0;     // bytes
  long long net_out = 0;    // bytes
};

/// The provider's words, cleaned: `state` is created, running, restarting, exited, paused, dead or
/// stopping; `health` is starting, healthy, unhealthy or empty (no check is defined).
struct Container {
  std::string id = {};
  std::string name = {};
  std::string image = {};
  std::string command = {};
  std::string status = {};  // Up 4 hours
  std::string state = {};
  std::string health = {};
  std::vector<ContainerPort> ports = {};
  std::optional<ContainerStats> stats = {};  // only from list_containers
};

struct Project {
  std::string name = {};    // may break the rule of ProjectName where it was made by hand
  std::string status = {};  // running(2)
  std::string state = {};   // running, stopped, created, mixed or unknown
  std::string path = {};    // of the compose file
  std::vector<Container> containers = {};
};

/// `masked` shows the last two characters at most.
struct EnvironmentEntry {
  std::string name = {};
  std::string masked = {};
};

/// The names of a .env file with their values masked; comments and lines without `=` are left out.
std::vector<EnvironmentEntry> mask_environment(std::string_view environment);

/// `content` is the compose file as stored: not cleaned, and it may hold credentials of its own.
/// `environment` is the .env file; it can be handed back to deploy_project, and not be read.
struct ProjectContent {
  std::string content = {};
  Secret environment = {};
  std::vector<EnvironmentEntry> entries = {};
};

struct LogLine {
  std::string at = {};    // the container's timestamp, as given
  std::string line = {};  // as written, cleaned and bounded
};

struct ServiceLog {
  std::string service = {};
  std::vector<LogLine> lines = {};
};

struct NewProject {
  ProjectName name = {};
  std::string content = {};  // at most 8192 characters: YAML, or the URL of a file or a repository
  Secret environment = {};   // at most 8192 characters, KEY=value lines
};

/// Docker Manager. Kind wrong_state with [VPS:2044] where the installed system does not support it:
/// probe, never infer from the template. Errors common to all methods: see HostingApi.
class DockerApi {
 public:
  virtual ~DockerApi() = default;

  virtual Result<std::vector<Project>> list_projects(const VpsId& vps, const Cancel& cancel) = 0;
  virtual Result<ProjectContent> get_project(const VpsId& vps, const ProjectName& project,
                                             const Cancel& cancel) = 0;
  virtual Result<std::vector<Container>> list_containers(const VpsId& vps,
                                                         const ProjectName& project,
                                                         const Cancel& cancel) = 0;
  /// The last 300 entries over all services.
  virtual Result<std::vector<ServiceLog>> get_project_logs(const VpsId& vps,
                                                           const ProjectName& project,
                                                           const Cancel& cancel) = 0;

  /// Silently replaces a project of the same name.
  virtual Result<Accepted> deploy_project(const VpsId& vps, const NewProject& project,
                                          const Cancel& cancel) = 0;
  virtual Result<Accepted> start_project(const VpsId& vps, const ProjectName& project,
                                         const Cancel& cancel) = 0;
  virtual Result<Accepted> stop_project(const VpsId& vps, const ProjectName& project,
                                        const Cancel& cancel) = 0;
  virtual Result<Accepted> restart_project(const VpsId& vps, const ProjectName& project,
                                           const Cancel& cancel) = 0;
  /// Pulls the newest images and recreates; volumes are kept. There is no rollback.
  virtual Result<Accepted> update_project(const VpsId& vps, const ProjectName& project,
                                          const Cancel& cancel) = 0;
  /// Removes volumes and images: the data are gone.
  virtual Result<Accepted> delete_project(const VpsId& vps, const ProjectName& project,
                                          const Cancel& cancel) = 0;
};

}  // namespace tier0
