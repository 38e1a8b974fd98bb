#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/sandbox/host_programs.h"

namespace tier0::sandbox {

/// Bytes that a program prints, and how long it is silent before them.
struct ReplyPiece {
  std::string bytes = {};
  bool to_err = false;
  std::uint64_t times = 1;
  std::chrono::milliseconds before{0};  // of real time
};

/// What a client sees of a program from its start to its end.
struct Reply {
  enum class End { Exit, Drop, Hang };
  std::vector<ReplyPiece> pieces = {};
  int exit_code = 0;
  End end = End::Exit;
};

/// A command line on a simulated host: what its script asks for, else the program's own output.
/// A script is {programs: [{argv: [word, …], do, …}]}; the first entry counts whose words begin the
/// command. `do` is answer {out, err, exit_code}, slow {ms: between lines}, silent {seconds}, flood
/// {bytes}, prompt (sudo wants a password), drop {after: bytes} or hang.
Reply reply_to(const HostCall& call, std::string_view line);

}  // namespace tier0::sandbox
