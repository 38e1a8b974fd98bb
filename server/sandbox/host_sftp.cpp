#include "server/sandbox/host_sftp.h"

#include <algorithm>
#include <optional>

#include "server/sandbox/host_sftp_replies.h"

namespace tier0::sandbox {
namespace {

using enum sftp::Type;
using enum sftp::Status;
using sftp::add_attributes;
using sftp::bad_message;
using sftp::done;
using sftp::failed;
using sftp::failure;
using sftp::long_name;
using sftp::ok;
using sftp::read_mode;
using sftp::status;

constexpr std::uint32_t kOpenRead = 1, kOpenWrite = 2, kOpenAppend = 4, kOpenCreate = 8,
                        kOpenTruncate = 16, kOpenExclusive = 32;
constexpr std::uint32_t kProtocol = 3;
constexpr std::size_t kLargestPacket = 256 * 1024;
constexpr std::size_t kLargestRead = 128 * 1024;
constexpr std::size_t kMostOpen = 64;
constexpr std::size_t kNamesAtOnce = 100;

}  // namespace

std::string SftpServer::receive(std::string_view bytes) {
  inbox_ += bytes;
  std::string replies;
  while (!broken_ && inbox_.size() >= 4) {
    const std::size_t size = SftpRequest(inbox_).u32();
    broken_ = size == 0 || size > kLargestPacket;
    if (broken_ || inbox_.size() < 4 + size) break;
    replies += answer(std::string_view(inbox_).substr(4, size));
    inbox_.erase(0, 4 + size);
  }
  return replies;
}

std::string SftpServer::answer(std::string_view body) {
  SftpRequest request(body);
  const std::uint8_t type = request.u8();
  if (!greeted_) {
    greeted_ = true;
    broken_ = type != kInit;
    return SftpReply(kVersion)
        .u32(kProtocol)
        .text("posix-rename@openssh.com")
        .text("1")
        .text("fsync@openssh.com")
        .text("1")
        .packet();
  }
  const std::uint32_t id = request.u32();
  if (!request.ok()) return bad_message(id);
  return dispatch(type, id, request);
}

std::string SftpServer::dispatch(std::uint8_t type, std::uint32_t id, SftpRequest& request) {
  switch (type) {
    case kOpen:
      return open_file(id, request);
    case kClose:
      return close(id, request.text());
    case kRead:
      return read(id, request);
    case kWrite:
      return write(id, request);
    case kLstat:
      return attributes(id, request.text(), HostFiles::Links::Keep);
    case kStat:
      return attributes(id, request.text(), HostFiles::Links::Follow);
    case kFstat:
      return open_attributes(id, request.text());
    case kSetstat:
      return set_attributes(id, request.text(), request);
    case kFsetstat: {
      const Open* open = find(request.text());
      return open == nullptr ? failure(id) : set_attributes(id, open->path, request);
    }
    case kOpendir:
      return open_folder(id, request.text());
    case kReaddir:
      return next_names(id, request.text());
    case kRemove:
      return done(id, storage_.remove(request.text(), File::Kind::Regular));
    case kRmdir:
      return done(id, storage_.remove(request.text(), File::Kind::Directory));
    case kMkdir: {
      const std::string path = request.text();
      return done(id, storage_.make_folder(path, read_mode(request).value_or(0755)));
    }
    case kRealpath:
      return with_files(id, [&](const HostFiles& files) {
        const std::string asked = request.text();
        const auto path = files.real(asked.empty() ? "." : asked);
        if (!path) return failed(id, path.error());
        return SftpReply(kName).u32(id).u32(1).text(*path).text(*path).u32(0).packet();
      });
    case kReadlink:
      return link_target(id, request.text());
    case kRename: {
      const std::string from = request.text();
      return done(id, storage_.rename(from, request.text(), HostStorage::Target::MustNotExist));
    }
    case kExtended:
      return extended(id, request);
    default:
      return status(id, kUnsupported, "Operation unsupported");
  }
}

SftpServer::Open* SftpServer::find(const std::string& handle) {
  const auto found = open_.find(handle);
  return found == open_.end() ? nullptr : &found->second;
}

std::string SftpServer::with_files(std::uint32_t id,
                                   const std::function<std::string(const HostFiles&)>& use) const {
  const auto state = view_.host(vps_);
  if (!state) return status(id, kNoSuchFile, "No such file");
  return use(HostFiles(*state, user_, view_.now()));
}

std::string SftpServer::give_handle(std::uint32_t id, Open open) {
  if (open_.size() >= kMostOpen) return status(id, kFailure, "Too many open files");
  const std::string handle = "h" + std::to_string(next_handle_++);
  open_.emplace(handle, std::move(open));
  return SftpReply(kHandle).u32(id).text(handle).packet();
}

std::string SftpServer::open_file(std::uint32_t id, SftpRequest& request) {
  std::string path = request.text();
  const std::uint32_t flags = request.u32();
  const auto mode = read_mode(request);
  if (!request.ok()) return bad_message(id);
  Open open;
  open.for_reading = (flags & kOpenRead) != 0;
  open.for_writing = (flags & kOpenWrite) != 0;
  open.appends = (flags & kOpenAppend) != 0;
  if (open.for_writing && (flags & kOpenCreate) != 0) {
    const auto made = storage_.create(
        path, mode.value_or(0644),
        (flags & kOpenExclusive) != 0 ? HostStorage::IfThere::Refuse : HostStorage::IfThere::Keep);
    if (!made) return failed(id, made.error());
    path = *made;
  }
  return with_files(id, [&](const HostFiles& files) {
    const auto entry = files.find(path, HostFiles::Links::Follow);
    if (!entry) return failed(id, entry.error());
    if (entry->file.kind != File::Kind::Regular) return failure(id);
    if ((open.for_reading && !files.may_read(entry->file)) ||
        (open.for_writing && !files.may_write(entry->file)))
      return status(id, kPermissionDenied, "Permission denied");
    open.path = entry->path;
    open.changed = open.for_writing && (flags & kOpenTruncate) != 0;
    if (!open.changed) open.bytes = entry->file.content;
    return give_handle(id, std::move(open));
  });
}

std::string SftpServer::open_folder(std::uint32_t id, const std::string& path) {
  return with_files(id, [&](const HostFiles& files) {
    auto names = files.list(path);
    if (!names) return failed(id, names.error());
    names->insert(names->begin(), {".", ".."});
    return give_handle(id,
                       {.path = files.normal(path), .names = *std::move(names), .is_folder = true});
  });
}

Result<Unit> SftpServer::flush(Open& open) {
  if (!open.changed) return Unit{};
  T0_CHECK(storage_.write(open.path, open.bytes));
  open.changed = false;
  return Unit{};
}

std::string SftpServer::close(std::uint32_t id, const std::string& handle) {
  Open* open = find(handle);
  if (open == nullptr) return failure(id);
  const auto flushed = flush(*open);
  open_.erase(handle);
  return done(id, flushed);
}

std::string SftpServer::read(std::uint32_t id, SftpRequest& request) {
  const Open* open = find(request.text());
  const std::uint64_t offset = request.u64();
  const std::size_t size = std::min<std::size_t>(request.u32(), kLargestRead);
  if (!request.ok()) return bad_message(id);
  if (open == nullptr || !open->for_reading) return failure(id);
  if (offset >= open->bytes.size()) return status(id, kEof, "End of file");
  return SftpReply(kData)
      .u32(id)
      .text(std::string_view(open->bytes).substr(static_cast<std::size_t>(offset), size))
      .packet();
}

std::string SftpServer::write(std::uint32_t id, SftpRequest& request) {
  Open* open = find(request.text());
  const std::uint64_t offset = request.u64();
  const std::string bytes = request.text();
  if (!request.ok()) return bad_message(id);
  if (open == nullptr || !open->for_writing) return failure(id);
  const std::uint64_t at = open->appends ? open->bytes.size() : offset;
  if (at > kLargestFile || at + bytes.size() > kLargestFile)
    return status(id, kFailure, "No space left on device");
  const auto start = static_cast<std::size_t>(at);
  if (open->bytes.size() < start + bytes.size()) open->bytes.resize(start + bytes.size());
  open->bytes.replace(start, bytes.size(), bytes);
  open->changed = true;
  return ok(id);
}

std::string SftpServer::attributes(std::uint32_t id, const std::string& path,
                                   HostFiles::Links links) {
  return with_files(id, [&](const HostFiles& files) {
    const auto entry = files.find(path, links);
    if (!entry) return failed(id, entry.error());
    SftpReply reply(kAttrs);
    reply.u32(id);
    add_attributes(reply, entry->file);
    return reply.packet();
  });
}

std::string SftpServer::open_attributes(std::uint32_t id, const std::string& handle) {
  const Open* open = find(handle);
  if (open == nullptr) return failure(id);
  return attributes(id, open->path, HostFiles::Links::Keep);
}

std::string SftpServer::set_attributes(std::uint32_t id, const std::string& path,
                                       SftpRequest& request) {
  const auto mode = read_mode(request);
  if (!request.ok()) return bad_message(id);
  return mode ? done(id, storage_.set_mode(path, *mode)) : ok(id);
}

std::string SftpServer::next_names(std::uint32_t id, const std::string& handle) {
  Open* open = find(handle);
  if (open == nullptr || !open->is_folder) return failure(id);
  if (open->names.empty()) return status(id, kEof, "End of file");
  return with_files(id, [&](const HostFiles& files) {
    const std::size_t count = std::min(open->names.size(), kNamesAtOnce);
    SftpReply reply(kName);
    reply.u32(id).u32(static_cast<std::uint32_t>(count));
    for (std::size_t i = 0; i < count; ++i) {
      const std::string& name = open->names[i];
      const auto entry = files.find(open->path + "/" + name, HostFiles::Links::Keep);
      const File file = entry ? entry->file : File{.mode = 0};
      reply.text(name).text(long_name(name, file));
      add_attributes(reply, file);
    }
    open->names.erase(open->names.begin(),
                      open->names.begin() + static_cast<std::ptrdiff_t>(count));
    return reply.packet();
  });
}

std::string SftpServer::link_target(std::uint32_t id, const std::string& path) {
  return with_files(id, [&](const HostFiles& files) {
    const auto entry = files.find(path, HostFiles::Links::Keep);
    if (!entry) return failed(id, entry.error());
    if (entry->file.kind != File::Kind::Link) return failure(id);
    const std::string& target = entry->file.content;
    return SftpReply(kName).u32(id).u32(1).text(target).text(target).u32(0).packet();
  });
}

std::string SftpServer::extended(std::uint32_t id, SftpRequest& request) {
  const std::string name = request.text();
  if (name == "posix-rename@openssh.com") {
    const std::string from = request.text();
    return done(id, storage_.rename(from, request.text(), HostStorage::Target::MayBeReplaced));
  }
  if (name == "fsync@openssh.com") {
    Open* open = find(request.text());
    return open == nullptr ? failure(id) : done(id, flush(*open));
  }
  return status(id, kUnsupported, "Operation unsupported");
}

}  // namespace tier0::sandbox
