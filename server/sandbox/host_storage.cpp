#include "server/sandbox/host_storage.h"

#include <algorithm>

namespace tier0::sandbox {
namespace {

constexpr std::uint32_t kModeBits = 07777;

Error denied(std::string_view path) {
  return {.code = Code::Forbidden, .message = std::string(path) + ": Permission denied"};
}

Error is_there(std::string_view path) {
  return {.code = Code::Conflict, .message = std::string(path) + ": File exists"};
}

/// The folder that a new name goes into must be there and writable. Returns the name's place on the
/// disk.
Result<std::string> place_for(const HostFiles& files, std::string_view path) {
  const std::string whole = files.normal(path);
  T0_TRY(const HostFiles::Entry folder, files.find(parent_of(whole), HostFiles::Links::Follow));
  if (folder.file.kind != File::Kind::Directory || !files.may_write(folder.file))
    return denied(path);
  const std::string name = whole.substr(whole.rfind('/'));
  const std::string place = files.on_disk((folder.path == "/" ? "" : folder.path) + name);
  if (place.empty() || place == "/") return denied(path);
  return place;
}

bool has_children(const Disk& disk, const std::string& place) {
  const auto next = disk.files.lower_bound(place + "/");
  return next != disk.files.end() && next->first.starts_with(place + "/");
}

/// With everything below it.
void move_entry(Disk& disk, const std::string& from, const std::string& to) {
  std::map<std::string, File> moved;
  for (auto each = disk.files.begin(); each != disk.files.end();) {
    const bool below = each->first == from || each->first.starts_with(from + "/");
    if (below) moved.emplace(to + each->first.substr(from.size()), std::move(each->second));
    each = below ? disk.files.erase(each) : std::next(each);
  }
  for (auto& [path, file] : moved) disk.files.insert_or_assign(path, std::move(file));
}

}  // namespace

Result<Unit> HostStorage::change(const Change& change) {
  constexpr int kTries = 100;
  for (int i = 0; i < kTries; ++i) {
    const auto state = view_.host(vps_);
    if (!state) return Error{.code = Code::NotFound, .message = "the host is gone"};
    Disk next = *state->disk;
    T0_CHECK(change(next, HostFiles(*state, user_, view_.now())));
    auto replaced = view_.replace_disk(vps_, state->disk, std::move(next));
    if (replaced || replaced.error().code != Code::Conflict) return replaced;
  }
  return Error{.code = Code::Internal, .message = "the disk changes too fast"};
}

Result<std::string> HostStorage::create(std::string_view path, std::uint32_t mode,
                                        IfThere if_there) {
  std::string made;
  T0_CHECK(change([&](Disk& disk, const HostFiles& files) -> Result<Unit> {
    const auto named = files.find(path, HostFiles::Links::Keep);
    if (named && if_there == IfThere::Refuse) return is_there(path);
    const auto present = files.find(path, HostFiles::Links::Follow);
    if (named && !present) return denied(path);  // a link that leads nowhere
    made = present ? present->path : files.normal(path);
    if (present && (present->file.kind != File::Kind::Regular || !files.may_write(present->file)))
      return denied(path);
    if (present) return Unit{};
    T0_TRY(const std::string place, place_for(files, path));
    disk.files[place] = {.mode = mode & kModeBits, .owner = user_, .modified = view_.now()};
    return Unit{};
  }));
  return made;
}

Result<Unit> HostStorage::write(const std::string& path, const std::string& bytes) {
  if (bytes.size() > kLargestFile)
    return Error{.code = Code::Validation, .message = "No space left on device"};
  return change([&](Disk& disk, const HostFiles& files) -> Result<Unit> {
    const auto file = disk.files.find(files.on_disk(path));
    if (file == disk.files.end()) return Error{.code = Code::NotFound, .message = path};
    file->second.content = bytes;
    file->second.modified = view_.now();
    return Unit{};
  });
}

Result<Unit> HostStorage::make_folder(std::string_view path, std::uint32_t mode) {
  return change([&](Disk& disk, const HostFiles& files) -> Result<Unit> {
    if (files.find(path, HostFiles::Links::Keep)) return is_there(path);
    T0_TRY(const std::string place, place_for(files, path));
    disk.files[place] = {.kind = File::Kind::Directory,
                         .mode = mode & kModeBits,
                         .owner = user_,
                         .modified = view_.now()};
    return Unit{};
  });
}

Result<Unit> HostStorage::set_mode(std::string_view path, std::uint32_t mode) {
  return change([&](Disk& disk, const HostFiles& files) -> Result<Unit> {
    T0_TRY(const HostFiles::Entry entry, files.find(path, HostFiles::Links::Follow));
    if (user_ != "root" && entry.file.owner != user_) return denied(path);
    const std::string place = files.on_disk(entry.path);
    if (place.empty() || place == "/") return denied(path);
    disk.files.try_emplace(place, entry.file).first->second.mode = mode & kModeBits;
    return Unit{};
  });
}

Result<Unit> HostStorage::remove(std::string_view path, File::Kind kind) {
  return change([&](Disk& disk, const HostFiles& files) -> Result<Unit> {
    T0_TRY(const HostFiles::Entry entry, files.find(path, HostFiles::Links::Keep));
    if ((entry.file.kind == File::Kind::Directory) != (kind == File::Kind::Directory))
      return Error{.code = Code::Validation, .message = std::string(path) + ": wrong kind of file"};
    T0_TRY(const std::string place, place_for(files, path));
    if (has_children(disk, place))
      return Error{.code = Code::Validation, .message = std::string(path) + ": not empty"};
    disk.files.erase(place);
    return Unit{};
  });
}

Result<Unit> HostStorage::rename(std::string_view from, std::string_view to, Target target) {
  return change([&](Disk& disk, const HostFiles& files) -> Result<Unit> {
    T0_CHECK(files.find(from, HostFiles::Links::Keep));
    const auto there = files.find(to, HostFiles::Links::Keep);
    if (there && target == Target::MustNotExist) return is_there(to);
    if (there && there->file.kind == File::Kind::Directory) return is_there(to);
    T0_TRY(const std::string old_place, place_for(files, from));
    T0_TRY(const std::string new_place, place_for(files, to));
    if (old_place == new_place) return Unit{};
    if (new_place.starts_with(old_place + "/"))
      return Error{.code = Code::Validation, .message = "a folder cannot move into itself"};
    move_entry(disk, old_place, new_place);
    return Unit{};
  });
}

}  // namespace tier0::sandbox
