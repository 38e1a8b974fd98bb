#include "server/ssh/sftp_wire.h"

#include <catch2/catch.hpp>

namespace tier0::ssh {

TEST_CASE("an SFTP body reads back what was written", "[ssh][sftp]") {
  const SftpWriter written =
      SftpWriter().u32(0xdeadbeef).string("a\xff").u64(0x0123456789abcdef).string("");

  SftpBody body(written.bytes());

  CHECK(body.u32() == 0xdeadbeef);
  CHECK(body.string() == "a\xff");
  CHECK(body.u64() == 0x0123456789abcdef);
  CHECK(body.string() == "");
  CHECK_FALSE(body.u32());
}

TEST_CASE("an SFTP body that is cut short gives nothing from there on", "[ssh][sftp]") {
  const std::string whole = SftpWriter().string("abcdef").u32(7).bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    INFO(size);
    SftpBody body(std::string_view(whole).substr(0, size));
    const bool first = body.string().has_value();
    CHECK(first == (size >= 10));
    CHECK_FALSE(body.u32());
  }
}

TEST_CASE("an SFTP body whose string claims more than there is gives nothing", "[ssh][sftp]") {
  SftpBody body(
      std::string_view("\xff\xff\xff\xff"
                       "abcd",
                       8));

  CHECK_FALSE(body.string());
  CHECK_FALSE(body.u32());
}

TEST_CASE("an SFTP packet is whole only after its last byte", "[ssh][sftp]") {
  const std::string frame = sftp_frame(sftp::kData, "body");
  SftpInbox inbox(100);
  for (std::size_t at = 0; at + 1 < frame.size(); ++at) {
    inbox.receive(frame.substr(at, 1));
    CHECK_FALSE(inbox.take());
  }

  inbox.receive(frame.substr(frame.size() - 1));

  const auto packet = inbox.take();
  REQUIRE(packet);
  CHECK(packet->type == sftp::kData);
  CHECK(packet->body == "body");
  CHECK_FALSE(inbox.take());
  CHECK_FALSE(inbox.broken());
}

TEST_CASE("an SFTP packet that announces more than the limit is broken before it arrives",
          "[ssh][sftp]") {
  SftpInbox inbox(100);

  inbox.receive(std::string_view("\x00\x00\x00\x65", 4));

  CHECK_FALSE(inbox.take());
  CHECK(inbox.broken());
}

TEST_CASE("an SFTP packet of no length is broken", "[ssh][sftp]") {
  SftpInbox inbox(100);

  inbox.receive(std::string_view("\0\0\0\0", 4));

  CHECK_FALSE(inbox.take());
  CHECK(inbox.broken());
}

TEST_CASE("a host that sends more than a packet unasked is broken and no longer kept",
          "[ssh][sftp]") {
  SftpInbox inbox(100);
  inbox.receive(sftp_frame(sftp::kData, std::string(80, 'x')));

  inbox.receive(std::string(1000, 'y'));

  CHECK(inbox.broken());
}

}  // namespace tier0::ssh
