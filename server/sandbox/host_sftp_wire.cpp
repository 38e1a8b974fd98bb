#include "server/sandbox/host_sftp_wire.h"

namespace tier0::sandbox {
namespace {

std::string big_endian(std::uint64_t value, std::size_t width) {
  std::string bytes;
  for (std::size_t i = width; i-- > 0;) bytes += static_cast<char>((value >> (8 * i)) & 0xFF);
  return bytes;
}

}  // namespace

SftpReply& SftpReply::u32(std::uint32_t value) {
  bytes_ += big_endian(value, 4);
  return *this;
}

SftpReply& SftpReply::u64(std::uint64_t value) {
  bytes_ += big_endian(value, 8);
  return *this;
}

SftpReply& SftpReply::text(std::string_view value) {
  bytes_ += big_endian(value.size(), 4);
  bytes_ += value;
  return *this;
}

std::string SftpReply::packet() const {
  return big_endian(bytes_.size(), 4) + bytes_;
}

std::uint64_t SftpRequest::number(std::size_t width) {
  ok_ = ok_ && rest_.size() >= width;
  if (!ok_) return 0;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i)
    value = value * 256 + static_cast<unsigned char>(rest_[i]);
  rest_.remove_prefix(width);
  return value;
}

std::string SftpRequest::text() {
  const std::size_t size = u32();
  ok_ = ok_ && rest_.size() >= size;
  if (!ok_) return {};
  std::string value(rest_.substr(0, size));
  rest_.remove_prefix(size);
  return value;
}

}  // namespace tier0::sandbox
