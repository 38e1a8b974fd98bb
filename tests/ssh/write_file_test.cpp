// Files written over SFTP, against OpenSSH's server.
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <future>

#include "server/crypto/crypto.h"
#include "tests/ssh/sshd.h"

namespace tier0 {
namespace {

using testing::Sshd;
using testing::web1;

Result<Unit> write_to(const Sshd& sshd, const FileWrite& file) {
  return make_ssh_runner(sshd.options())->write_file(web1(), file, Cancel{});
}

void check_not_written(const Result<Unit>& written, Code code) {
  INFO(testing::problem(written));
  REQUIRE_FALSE(written);
  CHECK(to_string(written.error().code) == to_string(code));
  CHECK_FALSE(written.error().maybe_done);
  CHECK_FALSE(written.error().hint.empty());
}

std::uint32_t mode_of(const std::string& path) {
  struct stat found = {};
  REQUIRE(::lstat(path.c_str(), &found) == 0);
  return found.st_mode & 07777;
}

std::size_t entries_in(const std::string& folder) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& each : std::filesystem::directory_iterator(folder)) ++count;
  return count;
}

/// A folder of the host with nothing else in it.
std::string empty_folder(const Sshd& sshd) {
  const std::string folder = sshd.path("box");
  REQUIRE(::mkdir(folder.c_str(), 0700) == 0);
  return folder;
}

}  // namespace

TEST_CASE("write_file makes a file with its bytes and mode", "[ssh][sftp][write]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const std::string folder = empty_folder(sshd);
  std::string bytes;
  for (int count = 0; count < 300 * 1000; ++count) bytes += static_cast<char>(count * 7);

  const auto written =
      write_to(sshd, {.directory = folder, .name = "made", .bytes = bytes, .mode = 0644});

  INFO(testing::problem(written));
  REQUIRE(written);
  CHECK(testing::read_file(folder + "/made") == bytes);
  CHECK(mode_of(folder + "/made") == 0644);
  CHECK(entries_in(folder) == 1);
}

TEST_CASE("write_file makes an empty file", "[ssh][sftp][write]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const std::string folder = empty_folder(sshd);

  const auto written = write_to(sshd, {.directory = folder, .name = "made", .bytes = ""});

  INFO(testing::problem(written));
  REQUIRE(written);
  CHECK(testing::read_file(folder + "/made").empty());
  CHECK(mode_of(folder + "/made") == 0600);
}

TEST_CASE("write_file replaces a file in one step, whatever its mode was", "[ssh][sftp][write]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const std::string folder = empty_folder(sshd);
  testing::write_file(folder + "/file", "old");
  std::filesystem::create_hard_link(folder + "/file", sshd.path("held"));

  const auto written =
      write_to(sshd, {.directory = folder + "//.", .name = "file", .bytes = "new"});

  INFO(testing::problem(written));
  REQUIRE(written);
  CHECK(testing::read_file(folder + "/file") == "new");
  CHECK(mode_of(folder + "/file") == 0600);
  CHECK(testing::read_file(sshd.path("held")) == "old");  // another file took the name
  CHECK(entries_in(folder) == 1);
}

TEST_CASE("write_file replaces what it expects and nothing else", "[ssh][sftp][write]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const std::string folder = empty_folder(sshd);
  testing::write_file(folder + "/file", "old");
  FileWrite file{.directory = folder, .name = "file", .bytes = "new"};

  file.expected_sha256 = crypto::sha256_hex("older");
  check_not_written(write_to(sshd, file), Code::Conflict);
  file.expected_sha256 = "";
  check_not_written(write_to(sshd, file), Code::Conflict);
  CHECK(testing::read_file(folder + "/file") == "old");
  CHECK(entries_in(folder) == 1);

  file.expected_sha256 = crypto::sha256_hex("old");
  const auto written = write_to(sshd, file);

  INFO(testing::problem(written));
  REQUIRE(written);
  CHECK(testing::read_file(folder + "/file") == "new");
}

TEST_CASE("write_file that expects nothing makes a file, and one that expects a file does not",
          "[ssh][sftp][write]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const std::string folder = empty_folder(sshd);
  FileWrite file{.directory = folder, .name = "file", .bytes = "new"};

  file.expected_sha256 = crypto::sha256_hex("old");
  check_not_written(write_to(sshd, file), Code::Conflict);
  CHECK(entries_in(folder) == 0);

  file.expected_sha256 = "";
  CHECK(write_to(sshd, file));
  CHECK(testing::read_file(folder + "/file") == "new");
  CHECK(entries_in(folder) == 1);
}

TEST_CASE("write_file stays in its folder", "[ssh][sftp][write]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const std::string folder = empty_folder(sshd);
  for (const std::string& name :
       {std::string("../escaped"), std::string("a/b"), std::string("/etc/escaped"),
        std::string(".."), std::string("."), std::string(), std::string("a\0b", 3),
        std::string("a\nb"), std::string(300, 'x')}) {
    INFO(name);
    check_not_written(write_to(sshd, {.directory = folder, .name = name, .bytes = "x"}),
                      Code::Validation);
  }

  CHECK(entries_in(folder) == 0);
  CHECK_FALSE(std::filesystem::exists(sshd.path("escaped")));
}

TEST_CASE("write_file refuses a mode that sshd would not believe, and a huge file",
          "[ssh][sftp][write]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const std::string folder = empty_folder(sshd);
  for (const std::uint32_t mode : {0660U, 0602U, 04755U, 0200U, 0U}) {
    INFO(mode);
    check_not_written(
        write_to(sshd, {.directory = folder, .name = "file", .bytes = "x", .mode = mode}),
        Code::Validation);
  }

  check_not_written(write_to(sshd, {.directory = folder,
                                    .name = "file",
                                    .bytes = std::string(kLargestFileWrite + 1, 'x')}),
                    Code::Validation);
}

TEST_CASE("write_file replaces no link, folder or device", "[ssh][sftp][write]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const std::string folder = empty_folder(sshd);
  testing::write_file(sshd.path("outside"), "safe");
  std::filesystem::create_symlink(sshd.path("outside"), folder + "/link");
  std::filesystem::create_symlink(sshd.path("nowhere"), folder + "/dangling");
  REQUIRE(::mkdir((folder + "/folder").c_str(), 0700) == 0);
  REQUIRE(::mkfifo((folder + "/fifo").c_str(), 0600) == 0);

  for (const char* name : {"link", "dangling", "folder", "fifo"}) {
    INFO(name);
    check_not_written(write_to(sshd, {.directory = folder, .name = name, .bytes = "x"}),
                      Code::Forbidden);
  }

  CHECK(testing::read_file(sshd.path("outside")) == "safe");
  CHECK(std::filesystem::is_symlink(folder + "/link"));
  CHECK_FALSE(std::filesystem::exists(sshd.path("nowhere")));
  CHECK(entries_in(folder) == 4);
}

TEST_CASE("write_file resolves a folder that is a link once, and writes where it leads",
          "[ssh][sftp][write]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const std::string folder = empty_folder(sshd);
  std::filesystem::create_symlink(folder, sshd.path("shortcut"));

  CHECK(write_to(sshd, {.directory = sshd.path("shortcut"), .name = "file", .bytes = "x"}));

  CHECK(testing::read_file(folder + "/file") == "x");
  CHECK(std::filesystem::is_symlink(sshd.path("shortcut")));
}

TEST_CASE("write_file into no folder is not_found", "[ssh][sftp][write]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  testing::write_file(sshd.path("file"), "x");

  check_not_written(write_to(sshd, {.directory = sshd.path("none"), .name = "f", .bytes = "x"}),
                    Code::NotFound);
  check_not_written(write_to(sshd, {.directory = sshd.path("file"), .name = "f", .bytes = "x"}),
                    Code::NotFound);
}

TEST_CASE("write_file into a folder that others may write is forbidden", "[ssh][sftp][write]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const std::string folder = empty_folder(sshd);
  for (const mode_t mode : {0770U, 0702U, 01777U}) {
    REQUIRE(::chmod(folder.c_str(), mode) == 0);
    check_not_written(write_to(sshd, {.directory = folder, .name = "file", .bytes = "x"}),
                      Code::Forbidden);
  }
  CHECK(entries_in(folder) == 0);
}

TEST_CASE("write_file replaces nobody else's file and makes none in another's folder",
          "[ssh][sftp][write]") {
  if (!Sshd::installed()) return;
  if (::geteuid() != 0) {
    WARN("SKIPPED: only root can give a file away");
    return;
  }
  const Sshd sshd;
  const std::string folder = empty_folder(sshd);
  testing::write_file(folder + "/file", "theirs");
  REQUIRE(::chown((folder + "/file").c_str(), 4711, 4711) == 0);
  const std::string foreign = sshd.path("foreign");
  REQUIRE(::mkdir(foreign.c_str(), 0700) == 0);
  REQUIRE(::chown(foreign.c_str(), 4711, 4711) == 0);

  check_not_written(write_to(sshd, {.directory = folder, .name = "file", .bytes = "x"}),
                    Code::Forbidden);
  check_not_written(write_to(sshd, {.directory = foreign, .name = "file", .bytes = "x"}),
                    Code::Forbidden);

  CHECK(testing::read_file(folder + "/file") == "theirs");
  CHECK(entries_in(foreign) == 0);
}

TEST_CASE("write_file removes what earlier ones of that name left behind, and nothing else",
          "[ssh][sftp][write]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const std::string folder = empty_folder(sshd);
  testing::write_file(folder + "/.file.tier0-0123456789abcdef", "half");
  testing::write_file(folder + "/.file.tier0-notes", "keep");
  testing::write_file(folder + "/.other.tier0-0123456789abcdef", "keep");

  const auto written = write_to(sshd, {.directory = folder, .name = "file", .bytes = "x"});

  INFO(testing::problem(written));
  REQUIRE(written);
  CHECK_FALSE(std::filesystem::exists(folder + "/.file.tier0-0123456789abcdef"));
  CHECK(entries_in(folder) == 3);
}

TEST_CASE("several writes of one file leave one of them, whole", "[ssh][sftp][write]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  const std::string folder = empty_folder(sshd);
  const auto runner = make_ssh_runner(sshd.options());
  std::vector<std::future<Result<Unit>>> writes;

  for (char each = 'a'; each < 'e'; ++each)
    writes.push_back(std::async(std::launch::async, [&runner, &folder, each] {
      return runner->write_file(
          web1(), {.directory = folder, .name = "file", .bytes = std::string(200'000, each)},
          Cancel{});
    }));

  int done = 0;
  for (auto& write : writes) {
    const auto written = write.get();
    INFO(testing::problem(written));
    CHECK((written || written.error().code == Code::Conflict));
    done += written ? 1 : 0;
  }
  CHECK(done >= 1);
  const std::string kept = testing::read_file(folder + "/file");
  CHECK(kept == std::string(200'000, kept.front()));
}

}  // namespace tier0
