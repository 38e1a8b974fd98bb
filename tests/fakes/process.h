#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace tier0::testing {

void write_file(const std::string& path, const std::string& bytes);
std::string read_file(const std::string& path);

/// Starts a program of an absolute path with `input` and `output` as its descriptors 0 and 1; its
/// standard error goes to /dev/null. Throws where it cannot be started.
pid_t spawn(const std::vector<std::string>& argv, int input, int output);

struct Finished {
  int exit_code = -1;
  std::string out;
};
/// Runs a program to its end without input.
Finished run_program(const std::vector<std::string>& argv);

}  // namespace tier0::testing
