#include "server/ssh/sftp_wire.h"

namespace tier0::ssh {
namespace {

constexpr std::size_t kLengthBytes = 4;

void append_number(std::string& bytes, std::uint64_t value, std::size_t width) {
  for (std::size_t left = width; left > 0; --left)
    bytes += static_cast<char>((value >> (8 * (left - 1))) & 0xff);
}

}  // namespace

SftpWriter& SftpWriter::u32(std::uint32_t value) {
  append_number(bytes_, value, 4);
  return *this;
}

SftpWriter& SftpWriter::u64(std::uint64_t value) {
  append_number(bytes_, value, 8);
  return *this;
}

SftpWriter& SftpWriter::string(std::string_view bytes) {
  append_number(bytes_, bytes.size(), 4);
  bytes_ += bytes;
  return *this;
}

std::optional<std::uint64_t> SftpBody::number(std::size_t width) {
  if (rest_.size() < width) {
    rest_ = {};
    return std::nullopt;
  }
  std::uint64_t value = 0;
  for (const char byte : rest_.substr(0, width))
    value = (value << 8) | static_cast<unsigned char>(byte);
  rest_.remove_prefix(width);
  return value;
}

std::optional<std::uint32_t> SftpBody::u32() {
  const auto value = number(4);
  if (!value) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

std::optional<std::uint64_t> SftpBody::u64() {
  return number(8);
}

std::optional<std::string_view> SftpBody::string() {
  const auto size = u32();
  if (!size || rest_.size() < *size) {
    rest_ = {};
    return std::nullopt;
  }
  const std::string_view value = rest_.substr(0, *size);
  rest_.remove_prefix(*size);
  return value;
}

std::string sftp_frame(std::uint8_t type, std::string_view body) {
  std::string frame;
  append_number(frame, body.size() + 1, kLengthBytes);
  frame += static_cast<char>(type);
  frame += body;
  return frame;
}

void SftpInbox::receive(std::string_view bytes) {
  if (broken_) return;
  broken_ = bytes_.size() + bytes.size() > kLengthBytes + limit_;
  if (!broken_) bytes_ += bytes;
}

std::optional<SftpPacket> SftpInbox::take() {
  const auto size = SftpBody(bytes_).u32();
  if (!size) return std::nullopt;
  if (*size == 0 || *size > limit_) {
    broken_ = true;
    return std::nullopt;
  }
  if (bytes_.size() < kLengthBytes + *size) return std::nullopt;
  SftpPacket packet{.type = static_cast<std::uint8_t>(bytes_[kLengthBytes]),
                    .body = bytes_.substr(kLengthBytes + 1, *size - 1)};
  bytes_.erase(0, kLengthBytes + *size);
  return packet;
}

}  // namespace tier0::ssh
