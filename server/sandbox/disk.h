#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/json.h"

namespace tier0::sandbox {

/// Milliseconds since 1970 on the provider's own clock: the real one plus what the control plane
/// has advanced it by. Never scaled.
using Millis = std::int64_t;
inline constexpr Millis kDay = 86'400'000;

/// One entry of a simulated file system.
struct File {
  enum class Kind { Regular, Directory, Link };
  Kind kind = Kind::Regular;
  std::string content = {};  // the bytes, or where a link points
  std::uint32_t mode = 0644;
  std::string owner = "root";
  Millis modified = 0;
};

struct Container {
  std::string service = {};
  std::string name = {};
  std::string image = {};   // as the compose file says
  std::string digest = {};  // sha256:…, changes when an update pulls a newer one
  std::string state = "running";
  std::string health = {};
  int restarts = 0;
};

struct DockerProject {
  std::string content = {};      // the compose file
  std::string environment = {};  // KEY=value lines, may be empty
  std::vector<Container> containers = {};
  Millis updated = 0;
};

/// All that lies on a VM's disk at one moment: what a backup keeps and a restore brings back. A
/// disk that others can see is never changed, only replaced, so backups share it.
struct Disk {
  std::string image = {};                  // id, new after every recreate and restore
  std::string host_key_seed = {};          // 64 hex digits: the Ed25519 seed of the SSH host key
  std::map<std::string, File> files = {};  // by absolute path, directories included
  bool docker_supported = false;
  std::map<std::string, DockerProject> projects = {};
  Json facts = Json::object();  // what the simulated hosts keep with the disk; opaque here
};
using DiskPtr = std::shared_ptr<const Disk>;

/// Where sshd looks for a user's keys: under /root for root, else under /home/USER.
std::string authorized_keys_path(std::string_view user);

/// The lines of that file that are neither blank nor comments; empty where there is none.
std::vector<std::string> authorized_keys(const Disk& disk, std::string_view user);

/// Appends a key line for the user and creates what is missing on the way. A line whose key is
/// already there is not added twice.
void add_authorized_key(Disk& disk, std::string_view user, std::string_view line, Millis now);

}  // namespace tier0::sandbox
