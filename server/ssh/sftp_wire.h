#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tier0::ssh {

/// Packet types, status codes and flags of SFTP version 3 (draft-ietf-secsh-filexfer-02), as far as
/// reading and writing a file need them.
namespace sftp {
inline constexpr std::uint8_t kInit = 1, kVersion = 2, kOpen = 3, kClose = 4, kRead = 5, kWrite = 6,
                              kLstat = 7, kFstat = 8, kFsetstat = 10, kOpendir = 11, kReaddir = 12,
                              kRemove = 13, kRealpath = 16, kRename = 18, kStatus = 101,
                              kHandle = 102, kData = 103, kName = 104, kAttrs = 105,
                              kExtended = 200;
inline constexpr std::uint32_t kOk = 0, kEof = 1, kNoSuchFile = 2, kPermissionDenied = 3;
inline constexpr std::uint32_t kForReading = 1, kForWriting = 2, kCreate = 8, kExclusive = 32;
inline constexpr std::uint32_t kHasSize = 1, kHasOwner = 2, kHasMode = 4, kHasTimes = 8,
                               kHasExtended = 0x80000000;
inline constexpr std::uint32_t kTypeMask = 0170000, kRegular = 0100000, kFolder = 0040000,
                               kLink = 0120000;
}  // namespace sftp

/// Builds the body of a packet: big-endian numbers, strings with their length in front.
class SftpWriter {
 public:
  SftpWriter& u32(std::uint32_t value);
  SftpWriter& u64(std::uint64_t value);
  SftpWriter& string(std::string_view bytes);
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

/// Takes a body apart. Once something is missing, every further value is empty.
class SftpBody {
 public:
  explicit SftpBody(std::string_view bytes) : rest_(bytes) {}
  std::optional<std::uint32_t> u32();
  std::optional<std::uint64_t> u64();
  std::optional<std::string_view> string();

 private:
  std::optional<std::uint64_t> number(std::size_t width);
  std::string_view rest_;
};

struct SftpPacket {
  std::uint8_t type = 0;
  std::string body;
};

/// The packet as it goes over the wire.
std::string sftp_frame(std::uint8_t type, std::string_view body);

/// What a host sends, cut into packets. It keeps at most one packet of `limit` bytes; a host that
/// sends more than was asked for is broken.
class SftpInbox {
 public:
  explicit SftpInbox(std::size_t limit) : limit_(limit) {}
  void receive(std::string_view bytes);
  bool broken() const { return broken_; }
  /// The next packet, once it is whole.
  std::optional<SftpPacket> take();

 private:
  const std::size_t limit_;
  std::string bytes_;
  bool broken_ = false;
};

}  // namespace tier0::ssh
