#include "server/sandbox/host_files.h"

#include <algorithm>
#include <set>

#include "server/base/text.h"
#include "server/sandbox/host_journal.h"

namespace tier0::sandbox {
namespace {

constexpr int kMostLinks = 16;
constexpr std::string_view kRescueMount = "/mnt";

Error no_such(std::string_view path) {
  return {.code = Code::NotFound, .message = std::string(path) + ": No such file or directory"};
}

Error denied(std::string_view path) {
  return {.code = Code::Forbidden, .message = std::string(path) + ": Permission denied"};
}

File folder(std::uint32_t mode) {
  return {.kind = File::Kind::Directory, .mode = mode};
}

bool holds_something(const Disk& disk, const std::string& folder_path) {
  const std::string prefix = folder_path == "/" ? "/" : folder_path + "/";
  const auto first = disk.files.lower_bound(prefix);
  return first != disk.files.end() && first->first.starts_with(prefix);
}

}  // namespace

std::string home_of(std::string_view user) {
  return user == "root" ? "/root" : "/home/" + std::string(user);
}

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

std::string HostFiles::normal(std::string_view path) const {
  std::string whole(path);
  if (!path.starts_with('/')) whole = home_of(user_) + "/" + whole;
  std::vector<std::string> parts;
  for (const std::string& part : split(whole, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    }
  }
  return "/" + join(parts, "/");
}

std::string HostFiles::on_disk(const std::string& path) const {
  if (state_.power != Power::Rescue) return path;
  if (path == kRescueMount) return "/";
  if (!path.starts_with(std::string(kRescueMount) + "/")) return {};
  return path.substr(kRescueMount.size());
}

std::optional<File> HostFiles::lookup(const std::string& path) const {
  if (path == "/") return folder(0755);
  const std::string place = on_disk(path);
  if (place.empty())  // of the rescue system itself there is little
    return path == "/root" ? std::optional(folder(0700)) : std::nullopt;
  const Disk& disk = *state_.disk;
  if (const auto found = disk.files.find(place); found != disk.files.end()) return found->second;
  if (place == "/" || holds_something(disk, place)) return folder(0755);
  if (state_.power == Power::Rescue) return std::nullopt;
  if (place == "/var" || place == "/var/log") return folder(0755);
  return host_log_file(state_, place, now_);
}

bool HostFiles::allows(const File& file, std::uint32_t right) const {
  if (user_ == "root") return true;
  const std::uint32_t bits = file.owner == user_ ? file.mode >> 6 : file.mode;
  return (bits & right) != 0;
}

Result<HostFiles::Entry> HostFiles::walk(std::string path, Links links, int hops) const {
  if (hops > kMostLinks)
    return Error{.code = Code::Validation, .message = path + ": Too many levels of symbolic links"};
  for (std::size_t slash = path.find('/', 1); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    const std::string on_the_way = path.substr(0, slash);
    const auto found = lookup(on_the_way);
    if (!found) return no_such(path);
    if (found->kind == File::Kind::Link)
      return walk(normal((found->content.starts_with('/') ? "" : parent_of(on_the_way) + "/") +
                         found->content + path.substr(slash)),
                  links, hops + 1);
    if (found->kind != File::Kind::Directory) return no_such(path);
    if (!allows(*found, 1)) return denied(path);
  }
  auto found = lookup(path);
  if (!found) return no_such(path);
  if (found->kind == File::Kind::Link && links == Links::Follow)
    return walk(
        normal((found->content.starts_with('/') ? "" : parent_of(path) + "/") + found->content),
        links, hops + 1);
  return Entry{.path = std::move(path), .file = *std::move(found)};
}

Result<HostFiles::Entry> HostFiles::find(std::string_view path, Links links) const {
  if (path.empty() || path.find('\0') != std::string_view::npos)
    return Error{.code = Code::Validation, .message = "no path"};
  return walk(normal(path), links, 0);
}

Result<std::string> HostFiles::real(std::string_view path) const {
  const auto whole = find(path, Links::Follow);
  if (whole) return whole->path;
  if (whole.error().code != Code::NotFound) return whole.error();
  const std::string wanted = normal(path);
  T0_TRY(const Entry folder_found, find(parent_of(wanted), Links::Follow));
  if (folder_found.file.kind != File::Kind::Directory) return no_such(path);
  return (folder_found.path == "/" ? "" : folder_found.path) + wanted.substr(wanted.rfind('/'));
}

Result<std::vector<std::string>> HostFiles::list(std::string_view path) const {
  T0_TRY(const Entry entry, find(path, Links::Follow));
  if (entry.file.kind != File::Kind::Directory)
    return Error{.code = Code::Validation, .message = std::string(path) + ": Not a directory"};
  if (!may_read(entry.file)) return denied(path);
  std::set<std::string> names;
  const std::string place = on_disk(entry.path);
  const std::string prefix = place == "/" ? "/" : place + "/";
  for (auto each = state_.disk->files.lower_bound(prefix);
       !place.empty() && each != state_.disk->files.end() && each->first.starts_with(prefix);
       ++each)
    names.insert(
        each->first.substr(prefix.size(), each->first.find('/', prefix.size()) - prefix.size()));
  names.erase("");
  return std::vector<std::string>(names.begin(), names.end());
}

Result<std::string> HostFiles::read(std::string_view path) const {
  T0_TRY(Entry entry, find(path, Links::Follow));
  if (entry.file.kind == File::Kind::Directory)
    return Error{.code = Code::Validation, .message = std::string(path) + ": Is a directory"};
  if (!may_read(entry.file)) return denied(path);
  return std::move(entry.file.content);
}

}  // namespace tier0::sandbox
