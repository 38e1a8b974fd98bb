#include "server/sandbox/disk.h"

#include "server/base/text.h"

namespace tier0::sandbox {
namespace {

/// The base64 part of a key line, which is what makes it the same key; the comment may differ.
std::string_view key_blob(std::string_view line) {
  const std::size_t start = line.find("AAAA");
  if (start == std::string_view::npos) return line;
  return line.substr(start, line.find_first_of(" \t", start) - start);
}

std::string home_of(std::string_view user) {
  return user == "root" ? "/root" : "/home/" + std::string(user);
}

void add_directory(Disk& disk, const std::string& path, std::string_view owner, std::uint32_t mode,
                   Millis now) {
  disk.files.try_emplace(path, File{.kind = File::Kind::Directory,
                                    .mode = mode,
                                    .owner = std::string(owner),
                                    .modified = now});
}

}  // namespace

std::string authorized_keys_path(std::string_view user) {
  return home_of(user) + "/.ssh/authorized_keys";
}

std::vector<std::string> authorized_keys(const Disk& disk, std::string_view user) {
  const auto file = disk.files.find(authorized_keys_path(user));
  if (file == disk.files.end()) return {};
  std::vector<std::string> keys;
  for (const std::string& line : split(file->second.content, '\n')) {
    const std::string_view text = trim(line);
    if (!text.empty() && text.front() != '#') keys.emplace_back(text);
  }
  return keys;
}

void add_authorized_key(Disk& disk, std::string_view user, std::string_view line, Millis now) {
  for (const std::string& present : authorized_keys(disk, user))
    if (key_blob(present) == key_blob(line)) return;
  add_directory(disk, home_of(user), user, 0750, now);
  add_directory(disk, home_of(user) + "/.ssh", user, 0700, now);
  File& file =
      disk.files
          .try_emplace(authorized_keys_path(user), File{.mode = 0600, .owner = std::string(user)})
          .first->second;
  if (!file.content.empty() && file.content.back() != '\n') file.content += '\n';
  file.content += std::string(trim(line)) + "\n";
  file.modified = now;
}

}  // namespace tier0::sandbox
