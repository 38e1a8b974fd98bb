#pragma once

#include <sys/types.h>

#include <string>

#include "server/base/json.h"
#include "server/base/result.h"

namespace tier0 {

/// Who the kernel says is at the other end.
struct Peer {
  uid_t uid = 0;
  gid_t gid = 0;
  pid_t pid = 0;
};

/// The first line a client sends: who it wants to be and what for.
/// {"tier0": 1, "as": {"agent": NAME} | {"person": true}, "purpose": "mcp" | "admin",
///  "options": {…}}
struct Hello {
  enum class Purpose { Mcp, Admin };

  std::string agent = {};  // empty: the person that the peer's uid belongs to
  Purpose purpose = Purpose::Mcp;
  Json options = Json::object();  // exposure: toolsets, read_only
};

Json to_json(const Hello& hello);
/// Kind validation for anything else than the form above.
Result<Hello> parse_hello(std::string_view line);

/// {"ok": true}, or {"ok": false, "kind", "message", "hint"}.
Json hello_accepted();
Json to_json(const Error& error);
/// The error in such an answer; kind internal where it is none of ours.
Error parse_error(const Json& answer);

}  // namespace tier0
