#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/base/result.h"
#include "server/sandbox/disk.h"
#include "server/sandbox/host_sftp_wire.h"

// What SFTP says about files and outcomes (draft-ietf-secsh-filexfer-02).
namespace tier0::sandbox::sftp {

enum Type : std::uint8_t {
  kInit = 1,
  kVersion = 2,
  kOpen = 3,
  kClose = 4,
  kRead = 5,
  kWrite = 6,
  kLstat = 7,
  kFstat = 8,
  kSetstat = 9,
  kFsetstat = 10,
  kOpendir = 11,
  kReaddir = 12,
  kRemove = 13,
  kMkdir = 14,
  kRmdir = 15,
  kRealpath = 16,
  kStat = 17,
  kRename = 18,
  kReadlink = 19,
  kStatus = 101,
  kHandle = 102,
  kData = 103,
  kName = 104,
  kAttrs = 105,
  kExtended = 200,
};
enum Status : std::uint32_t {
  kOk = 0,
  kEof = 1,
  kNoSuchFile = 2,
  kPermissionDenied = 3,
  kFailure = 4,
  kBadMessage = 5,
  kUnsupported = 8,
};
std::string status(std::uint32_t id, Status code, std::string_view text);
std::string ok(std::uint32_t id);
std::string failure(std::uint32_t id);
std::string bad_message(std::uint32_t id);
std::string failed(std::uint32_t id, const Error& error);
std::string done(std::uint32_t id, const Result<Unit>& result);

void add_attributes(SftpReply& reply, const File& file);
/// The mode of an ATTRS structure, the one part of it that counts here.
std::optional<std::uint32_t> read_mode(SftpRequest& request);
/// As ls -l shows it; people's clients print it as it is.
std::string long_name(const std::string& name, const File& file);

}  // namespace tier0::sandbox::sftp
