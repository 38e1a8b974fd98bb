// The second process of the tests that need two, and the one that is killed.
#include <csignal>
#include <iostream>

#include "tests/state/process/process.h"

namespace tier0::process {

void say(const Json& answer) {
  std::cout << dump_json(answer) << std::endl;
}

}  // namespace tier0::process

int main(int argc, char** argv) {
  using namespace tier0;
  std::signal(SIGPIPE, SIG_IGN);
  const std::string what = argc > 2 ? argv[1] : "";
  if (what == "serve" && argc == 5) return process::serve(argv[2], argv[3], argv[4]);
  if (what == "begin-and-die") return process::begin_and_die(argv[2]);
  if (what == "full-disk") return process::full_disk(argv[2]);
  if (what == "read-only-disk") return process::read_only_disk(argv[2]);
  return 2;
}
