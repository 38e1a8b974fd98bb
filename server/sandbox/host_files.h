#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/sandbox/host_view.h"

namespace tier0::sandbox {

/// The files of a simulated host as one user sees them: the VM's disk, below /mnt where the rescue
/// system runs, and the logs that the host writes by itself. Refers to the state it was made from.
class HostFiles {
 public:
  HostFiles(const HostState& state, std::string_view user, Millis now)
      : state_(state), user_(user), now_(now) {}

  struct Entry {
    std::string path;  // normal and absolute
    File file;
  };
  enum class Links { Follow, Keep };

  /// Kinds not_found, forbidden (a folder on the way is closed to the user), validation (no path,
  /// or links that go round).
  Result<Entry> find(std::string_view path, Links links) const;
  /// As realpath: with the links on the way followed. The last part need not exist.
  Result<std::string> real(std::string_view path) const;
  /// The names in a folder, sorted.
  Result<std::vector<std::string>> list(std::string_view path) const;
  /// The bytes of a regular file. Kinds as find, and forbidden for what the user may not read.
  Result<std::string> read(std::string_view path) const;

  bool may_read(const File& file) const { return allows(file, 4); }
  bool may_write(const File& file) const { return allows(file, 2); }

  /// Absolute, without dots and double slashes; relative ones start at the user's home.
  std::string normal(std::string_view path) const;
  /// Where a path lies in Disk::files; empty where it lies on no disk.
  std::string on_disk(const std::string& path) const;

 private:
  std::optional<File> lookup(const std::string& path) const;
  bool allows(const File& file, std::uint32_t right) const;
  Result<Entry> walk(std::string path, Links links, int hops) const;

  const HostState& state_;
  const std::string user_;
  const Millis now_;
};

std::string home_of(std::string_view user);
/// The folder that a path lies in; "/" for the root itself.
std::string parent_of(const std::string& path);

}  // namespace tier0::sandbox
