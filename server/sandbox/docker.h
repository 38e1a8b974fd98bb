#pragma once

#include <string>

#include "server/sandbox/call.h"

namespace tier0::sandbox {

/// The VM of the call if it runs and its image has Docker Manager; otherwise the refusal.
struct DockerHost {
  Vm* vm = nullptr;
  Response refusal = {};
};
DockerHost docker_host(Call& call);

/// The project that the second path part names; null where there is none.
const DockerProject* path_project(const Call& call, const Vm& vm);

Json project_view(const std::string& name, const DockerProject& project, Millis now);
Json containers_view(const DockerProject& project, Millis now);

}  // namespace tier0::sandbox
