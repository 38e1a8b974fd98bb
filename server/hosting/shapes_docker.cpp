#include "server/base/text.h"
#include "server/hosting/reader.h"
#include "server/hosting/shapes.h"

namespace tier0::hosting {
namespace {

constexpr std::size_t kLogLineLimit = 4096;

Result<ContainerPort> parse_port(const Json& value) {
  Reader in(value, "a port");
  ContainerPort port{.type = in.text("type"),
                     .protocol = in.text("protocol"),
                     .host_ip = in.text("host_ip"),
                     .host_port = in.small_integer("host_port"),
                     .host_port_end = in.small_integer("host_port_end"),
                     .container_port = in.small_integer("container_port"),
                     .container_port_end = in.small_integer("container_port_end")};
  if (port.host_port == 0) port.host_port = in.small_integer("host_port_start");
  if (port.container_port == 0) port.container_port = in.small_integer("container_port_start");
  T0_CHECK(in.done());
  return port;
}

Result<ContainerStats> parse_stats(const Json& value) {
  Reader in(value, "container statistics");
  ContainerStats stats{.cpu_percent = in.number("cpu_percentage"),
                       .memory_percent = in.number("memory_percentage"),
                       .memory_used = in.number("memory_used"),
                       .memory_total = in.number("memory_total"),
                       .net_in = in.integer("net_in"),
                       .net_out = in.integer("net_out")};
  T0_CHECK(in.done());
  return stats;
}

Result<LogLine> parse_log_line(const Json& value) {
  Reader in(value, "a log entry");
  LogLine line{.at = in.text("timestamp"), .line = clean_text(in.content("line"), kLogLineLimit)};
  T0_CHECK(in.done());
  return line;
}

}  // namespace

Result<Container> parse_container(const Json& value) {
  Reader in(value, "a container");
  Container container{.id = in.text("id"),
                      .name = in.text("name"),
                      .image = in.text("image"),
                      .command = in.text("command"),
                      .status = in.text("status"),
                      .state = in.text("state"),
                      .health = in.text("health")};
  T0_CHECK(in.done());
  T0_TRY(container.ports, parse_list(in.member("ports"), parse_port));
  if (const Json& stats = in.member("stats"); !stats.is_null()) {
    T0_TRY(container.stats, parse_stats(stats));
  }
  return container;
}

Result<Project> parse_project(const Json& value) {
  Reader in(value, "a project");
  Project project{.name = in.text("name"),
                  .status = in.text("status"),
                  .state = in.text("state"),
                  .path = in.text("path")};
  T0_CHECK(in.done());
  T0_TRY(project.containers, parse_list(in.member("containers"), parse_container));
  return project;
}

Result<ProjectContent> parse_project_content(const Json& value) {
  Reader in(value, "a project's content");
  std::string environment = in.content("environment");
  ProjectContent content{.content = in.content("content"),
                         .entries = mask_environment(environment)};
  content.environment = Secret(std::move(environment));
  T0_CHECK(in.done());
  return content;
}

Result<ServiceLog> parse_service_log(const Json& value) {
  Reader in(value, "a service's log");
  ServiceLog log{.service = in.text("service")};
  T0_CHECK(in.done());
  T0_TRY(log.lines, parse_list(in.member("entries"), parse_log_line));
  return log;
}

}  // namespace tier0::hosting
