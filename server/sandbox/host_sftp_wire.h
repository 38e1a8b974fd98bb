#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tier0::sandbox {

/// The body of an SFTP packet being built.
class SftpReply {
 public:
  explicit SftpReply(std::uint8_t type) : bytes_(1, static_cast<char>(type)) {}
  SftpReply& u32(std::uint32_t value);
  SftpReply& u64(std::uint64_t value);
  SftpReply& text(std::string_view value);
  /// With its length in front, as it goes over the wire.
  std::string packet() const;

 private:
  std::string bytes_;
};

/// The body of an SFTP packet being read. Beyond its end every value is 0 or empty, and ok turns
/// false.
class SftpRequest {
 public:
  explicit SftpRequest(std::string_view bytes) : rest_(bytes) {}
  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  std::string text();
  bool ok() const { return ok_; }

 private:
  std::uint64_t number(std::size_t width);

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace tier0::sandbox
