#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/sandbox/host_programs.h"
#include "tests/hosts/test_world.h"

namespace tier0::sandbox {

/// What a program prints on the machine "17", without a connection to it.
inline ProgramOutput run(TestWorld& world, const std::vector<std::string>& argv,
                         const std::string& user = "smarteros") {
  const HostState state = *world.host("17");
  const HostCall call{
      .view = world, .state = state, .user = user, .now = world.now(), .facts = host_facts(state)};
  return run_program(call, argv);
}

inline bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace tier0::sandbox
