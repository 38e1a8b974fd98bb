#pragma once

#include <string>

#include "tests/tools/tool_run.h"

namespace tier0 {

/// Hosts web-1 and web-2, on which our key and a foreign one open the door: logging in goes by
/// authorized_keys and the key store.
struct KeyFleet {
  KeyFleet();

  std::string keys_on(const std::string& host) const;
  void put_keys(const std::string& host, const std::string& lines);
  Json ids() const { return Json::array({first.value, second.value}); }

  ToolRun run;
  VpsId first = run.add_vps("web-1.example.net");
  VpsId second = run.add_vps("web-2.example.net");
  std::string foreign = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIForeign0001 ana@laptop";
  SshPublicKey current;
};

}  // namespace tier0
