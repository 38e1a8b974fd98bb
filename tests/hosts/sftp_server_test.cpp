// The SFTP subsystem as bytes in and bytes out: what no well-behaved client sends.
#include <catch2/catch.hpp>
#include <random>

#include "server/sandbox/host_sftp.h"
#include "tests/hosts/test_world.h"

namespace tier0::sandbox {
namespace {

const std::string kGreeting = SftpReply(1).u32(3).packet();

/// The status code of a reply; 0 where it is no status.
std::uint32_t status_of(const std::string& reply) {
  SftpRequest packet(reply);
  packet.u32();
  if (packet.u8() != 101) return 0;
  packet.u32();
  return packet.u32();
}

std::string handle_of(const std::string& reply) {
  SftpRequest packet(reply);
  packet.u32();
  REQUIRE(packet.u8() == 102);
  packet.u32();
  return packet.text();
}

/// Whether the bytes are whole packets and nothing else.
bool well_formed(std::string_view replies) {
  while (replies.size() >= 5) {
    const std::size_t size = SftpRequest(replies).u32();
    if (size == 0 || replies.size() < 4 + size) return false;
    replies.remove_prefix(4 + size);
  }
  return replies.empty();
}

struct Stage {
  TestWorld world;
  SftpServer server{world, "17", "smarteros"};
  Stage() { server.receive(kGreeting); }
};

std::string open_request(const std::string& path, std::uint32_t flags) {
  return SftpReply(3).u32(1).text(path).u32(flags).u32(0).packet();
}

}  // namespace

TEST_CASE("SFTP answers a packet only once it is whole", "[hosts][sftp]") {
  TestWorld world;
  SftpServer server(world, "17", "smarteros");
  for (std::size_t i = 0; i + 1 < kGreeting.size(); ++i)
    CHECK(server.receive(kGreeting.substr(i, 1)).empty());

  CHECK_FALSE(server.receive(kGreeting.substr(kGreeting.size() - 1)).empty());
}

TEST_CASE("SFTP that begins with anything but a greeting is broken", "[hosts][sftp]") {
  TestWorld world;
  SftpServer server(world, "17", "smarteros");

  server.receive(open_request("/etc/hostname", 1));

  CHECK(server.broken());
  CHECK(server.receive(kGreeting).empty());
}

TEST_CASE("SFTP takes no packet beyond its limit, and none of nothing", "[hosts][sftp]") {
  Stage huge;
  huge.server.receive(std::string("\x10\x00\x00\x00", 4));
  CHECK(huge.server.broken());

  Stage empty;
  empty.server.receive(std::string(4, '\0'));
  CHECK(empty.server.broken());
}

TEST_CASE("SFTP refuses handles that it did not give", "[hosts][sftp]") {
  Stage stage;
  const std::string wrong("\xff\xff\xff\xff", 4);

  CHECK(status_of(stage.server.receive(SftpReply(5).u32(1).text(wrong).u64(0).u32(10).packet())) ==
        4);
  CHECK(status_of(stage.server.receive(SftpReply(4).u32(1).text(wrong).packet())) == 4);
  CHECK(status_of(stage.server.receive(SftpReply(12).u32(1).text(wrong).packet())) == 4);
}

TEST_CASE("SFTP gives out 64 handles and takes them back", "[hosts][sftp]") {
  Stage stage;
  std::string first;
  for (int i = 0; i < 64; ++i) {
    const std::string handle = handle_of(stage.server.receive(open_request("/etc/hostname", 1)));
    if (i == 0) first = handle;
  }
  CHECK(status_of(stage.server.receive(open_request("/etc/hostname", 1))) == 4);

  stage.server.receive(SftpReply(4).u32(1).text(first).packet());

  CHECK_FALSE(handle_of(stage.server.receive(open_request("/etc/hostname", 1))).empty());
}

TEST_CASE("SFTP keeps what was written until it is closed, then stores it whole", "[hosts][sftp]") {
  Stage stage;
  const std::string handle = handle_of(stage.server.receive(open_request("file", 2 | 8)));
  stage.server.receive(SftpReply(6).u32(1).text(handle).u64(3).text("def").packet());
  stage.server.receive(SftpReply(6).u32(1).text(handle).u64(0).text("abc").packet());
  CHECK(stage.world.host("17")->disk->files.at("/home/smarteros/file").content.empty());

  stage.server.receive(SftpReply(4).u32(1).text(handle).packet());

  CHECK(stage.world.host("17")->disk->files.at("/home/smarteros/file").content == "abcdef");
}

TEST_CASE("SFTP writes no file that is larger than the disk allows", "[hosts][sftp]") {
  Stage stage;
  const std::string handle = handle_of(stage.server.receive(open_request("file", 2 | 8)));

  for (const std::uint64_t offset : {std::uint64_t{16} << 20, ~std::uint64_t{0}})
    CHECK(status_of(stage.server.receive(
              SftpReply(6).u32(1).text(handle).u64(offset).text("x").packet())) == 4);
}

TEST_CASE("SFTP answers whatever bytes it gets by whole packets", "[hosts][sftp]") {
  std::mt19937 random(4711);
  for (int round = 0; round < 2000; ++round) {
    Stage stage;
    std::string body(1 + random() % 60, '\0');
    for (char& byte : body) byte = static_cast<char>(random());
    // Mostly plausible: a known type, and lengths that are small.
    body[0] = static_cast<char>(random() % 21);
    for (std::size_t i = 5; i + 3 < body.size(); i += 9) body[i] = body[i + 1] = body[i + 2] = 0;
    const std::string size{0, 0, 0, static_cast<char>(body.size())};

    CHECK(well_formed(stage.server.receive(size + body)));
    CHECK(well_formed(stage.server.receive(open_request("/etc/hostname", 1))));
  }
}

}  // namespace tier0::sandbox
