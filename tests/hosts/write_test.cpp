// Files that our own client writes on simulated hosts.
#include <catch2/catch.hpp>
#include <future>

#include "server/crypto/crypto.h"
#include "server/sandbox/host_storage.h"
#include "tests/hosts/test_world.h"

namespace tier0::sandbox {
namespace {

const std::string kFolder = "/home/smarteros/.ssh";

struct Stage {
  TestWorld world;
  std::unique_ptr<Hosts> hosts;
  std::unique_ptr<SshRunner> ssh;

  Stage() {
    auto started = Hosts::start(world);
    REQUIRE(started);
    hosts = *std::move(started);
    ssh = world.client(*hosts);
  }
  Result<Unit> write(const FileWrite& file) const {
    return ssh->write_file(web1(), file, Cancel{});
  }
  std::map<std::string, File> files() const { return world.host("17")->disk->files; }
  void link(const std::string& path, const std::string& target) {
    world.change_disk_of_17([&](Disk& disk) {
      disk.files[path] = {.kind = File::Kind::Link, .content = target, .owner = "smarteros"};
    });
  }
};

void check_refused(const Result<Unit>& written, Code code) {
  INFO(problem(written));
  REQUIRE_FALSE(written);
  CHECK(to_string(written.error().code) == to_string(code));
  CHECK_FALSE(written.error().maybe_done);
}

}  // namespace

TEST_CASE("a simulated host takes a file whole, with its mode and owner", "[hosts][write]") {
  const Stage stage;
  std::string bytes;
  for (int i = 0; i < 200'000; ++i) bytes += static_cast<char>(i * 31);

  const auto written = stage.write({.directory = ".ssh", .name = "made", .bytes = bytes});

  INFO(problem(written));
  REQUIRE(written);
  const auto files = stage.files();
  CHECK(files.at(kFolder + "/made").content == bytes);
  CHECK(files.at(kFolder + "/made").mode == 0600);
  CHECK(files.at(kFolder + "/made").owner == "smarteros");
  CHECK(std::none_of(files.begin(), files.end(), [](const auto& each) {
    return each.first.find(".tier0-") != std::string::npos;
  }));
}

TEST_CASE("a simulated host replaces what is expected and nothing else", "[hosts][write]") {
  const Stage stage;
  FileWrite file{.directory = ".ssh", .name = "note", .bytes = "first", .expected_sha256 = ""};
  REQUIRE(stage.write(file));

  check_refused(stage.write(file), Code::Conflict);
  file.bytes = "second";
  file.expected_sha256 = crypto::sha256_hex("other");
  check_refused(stage.write(file), Code::Conflict);
  file.expected_sha256 = crypto::sha256_hex("first");
  CHECK(stage.write(file));

  CHECK(stage.files().at(kFolder + "/note").content == "second");
}

TEST_CASE("a simulated host refuses links, folders and foreign folders", "[hosts][write]") {
  Stage stage;
  stage.link(kFolder + "/link", "/etc/hostname");
  stage.link(kFolder + "/nowhere", "/none");
  const auto before = stage.files().size();

  check_refused(stage.write({.directory = ".ssh", .name = "link", .bytes = "x"}), Code::Forbidden);
  check_refused(stage.write({.directory = ".ssh", .name = "nowhere", .bytes = "x"}),
                Code::Forbidden);
  check_refused(stage.write({.directory = ".", .name = ".ssh", .bytes = "x"}), Code::Forbidden);
  check_refused(stage.write({.directory = "/etc", .name = "new", .bytes = "x"}), Code::Forbidden);
  check_refused(stage.write({.directory = "none", .name = "new", .bytes = "x"}), Code::NotFound);

  CHECK(stage.files().size() == before);
}

TEST_CASE("a simulated host follows a link to a folder", "[hosts][write]") {
  Stage stage;
  stage.link("/home/smarteros/keys", ".ssh");

  CHECK(stage.write({.directory = "keys", .name = "made", .bytes = "x"}));

  CHECK(stage.files().contains(kFolder + "/made"));
}

TEST_CASE("a folder that others may write on a simulated host is refused", "[hosts][write]") {
  Stage stage;
  // First, since sshd lets nobody in any more once such a folder holds the keys.
  REQUIRE(stage.ssh->run(web1(), {.argv = {"true"}}, Cancel{}));
  stage.world.change_disk_of_17([](Disk& disk) { disk.files[kFolder].mode = 0770; });

  check_refused(stage.write({.directory = ".ssh", .name = "made", .bytes = "x"}), Code::Forbidden);

  CHECK_FALSE(stage.files().contains(kFolder + "/made"));
}

TEST_CASE("several writes on a simulated host leave one of them, whole", "[hosts][write]") {
  const Stage stage;
  std::vector<std::future<Result<Unit>>> writes;

  for (char each = 'a'; each < 'e'; ++each)
    writes.push_back(std::async(std::launch::async, [&stage, each] {
      return stage.write({.directory = ".ssh", .name = "note", .bytes = std::string(50'000, each)});
    }));

  for (auto& write : writes) {
    const auto written = write.get();
    INFO(problem(written));
    CHECK((written || written.error().code == Code::Conflict));
  }
  const std::string kept = stage.files().at(kFolder + "/note").content;
  CHECK(kept == std::string(50'000, kept.front()));
}

TEST_CASE("a new file of a simulated host never takes the place of a link", "[hosts][sftp]") {
  Stage stage;
  stage.link(kFolder + "/nowhere", "/home/smarteros/none");
  HostStorage storage(stage.world, "17", "smarteros");

  CHECK_FALSE(storage.create(kFolder + "/nowhere", 0600, HostStorage::IfThere::Refuse));
  CHECK_FALSE(storage.create(kFolder + "/nowhere", 0600, HostStorage::IfThere::Keep));

  CHECK(stage.files().at(kFolder + "/nowhere").kind == File::Kind::Link);
}

}  // namespace tier0::sandbox
