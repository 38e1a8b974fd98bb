// Files over SFTP, against OpenSSH's server.
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/ssh/sshd.h"

namespace tier0 {
namespace {

using namespace std::chrono_literals;
using testing::Sshd;
using testing::web1;

Result<FileContent> read(const Sshd& sshd, const std::string& path, std::size_t limit = 1 << 20) {
  return make_ssh_runner(sshd.options())->read_file(web1(), path, limit, Cancel{});
}

void check_refused(const Result<FileContent>& content, Code code) {
  INFO(testing::problem(content));
  REQUIRE_FALSE(content);
  CHECK(to_string(content.error().code) == to_string(code));
  CHECK_FALSE(content.error().hint.empty());
}

}  // namespace

TEST_CASE("read_file gives the bytes of a file", "[ssh][sftp]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  std::string bytes;
  for (int count = 0; count < 300 * 1000; ++count) bytes += static_cast<char>(count * 7);
  testing::write_file(sshd.path("file"), bytes);

  const auto content = read(sshd, sshd.path("file"));

  INFO(testing::problem(content));
  REQUIRE(content);
  CHECK(content->bytes == bytes);
  CHECK(content->size == bytes.size());
}

TEST_CASE("read_file cuts a huge file at the limit and says how large it is", "[ssh][sftp]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  testing::write_file(sshd.path("huge"), "begin");
  REQUIRE(::truncate(sshd.path("huge").c_str(), 5'000'000'000) == 0);

  const auto content = read(sshd, sshd.path("huge"), 100'000);

  INFO(testing::problem(content));
  REQUIRE(content);
  CHECK(content->bytes.size() == 100'000);
  CHECK(content->bytes.starts_with("begin"));
  CHECK(content->size == 5'000'000'000);
}

TEST_CASE("read_file reads an empty file, and one whose size the system does not know",
          "[ssh][sftp]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  testing::write_file(sshd.path("empty"), "");

  const auto empty = read(sshd, sshd.path("empty"));
  const auto proc = read(sshd, "/proc/version");

  REQUIRE(empty);
  CHECK(empty->bytes.empty());
  INFO(testing::problem(proc));
  REQUIRE(proc);
  CHECK(proc->bytes.starts_with("Linux"));
  CHECK(proc->size == proc->bytes.size());
}

TEST_CASE("read_file takes a path as it is", "[ssh][sftp]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  for (const char* name : {"-rf", "a b", "$(id)", "*", "~", "new\nline", "'", "日本", ";x"}) {
    testing::write_file(sshd.path(name), name);
    const auto content = read(sshd, sshd.path(name));
    INFO(name << ": " << testing::problem(content));
    REQUIRE(content);
    CHECK(content->bytes == name);
  }
}

TEST_CASE("read_file of what does not exist is not_found", "[ssh][sftp]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;

  check_refused(read(sshd, sshd.path("none")), Code::NotFound);
  check_refused(read(sshd, "/etc/passwd/x"), Code::NotFound);
}

TEST_CASE("read_file of what is no regular file is forbidden, and is not waited for",
          "[ssh][sftp]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;
  REQUIRE(::mkfifo(sshd.path("fifo").c_str(), 0600) == 0);
  std::filesystem::create_symlink("/etc/shadow", sshd.path("link"));

  check_refused(read(sshd, sshd.path("fifo")), Code::Forbidden);
  check_refused(read(sshd, sshd.path("link")), Code::Forbidden);
  check_refused(read(sshd, sshd.path("")), Code::Forbidden);
  check_refused(read(sshd, "/dev/zero"), Code::Forbidden);
}

TEST_CASE("read_file of what our user may not read is forbidden", "[ssh][sftp]") {
  if (!Sshd::installed()) return;
  if (::geteuid() == 0) {
    WARN("SKIPPED: root may read everything");
    return;
  }
  const Sshd sshd;
  testing::write_file(sshd.path("closed"), "x");
  REQUIRE(::chmod(sshd.path("closed").c_str(), 0) == 0);

  check_refused(read(sshd, sshd.path("closed")), Code::Forbidden);
}

TEST_CASE("read_file refuses what is no path", "[ssh][sftp]") {
  if (!Sshd::installed()) return;
  const Sshd sshd;

  check_refused(read(sshd, ""), Code::Validation);
  check_refused(read(sshd, std::string("/etc/passwd\0.txt", 16)), Code::Validation);
  check_refused(read(sshd, std::string(5000, 'x')), Code::Validation);
}

TEST_CASE("read_file on a host without SFTP is forbidden and says what to add", "[ssh][sftp]") {
  if (!Sshd::installed()) return;
  const Sshd sshd("");

  const auto content = read(sshd, "/etc/passwd");

  check_refused(content, Code::Forbidden);
  CHECK(content.error().hint.find("sshd_config") != std::string::npos);
}

TEST_CASE("read_file on a host whose SFTP is something else is an error, not a wait",
          "[ssh][sftp]") {
  if (!Sshd::installed()) return;
  for (const char* subsystem : {"/bin/cat", "/usr/bin/yes", "/bin/false"}) {
    const Sshd sshd("Subsystem sftp " + std::string(subsystem));
    check_refused(read(sshd, "/etc/passwd"), Code::Upstream);
  }
}

TEST_CASE("read_file ends at a stop while the host stalls", "[ssh][sftp][cancel]") {
  if (!Sshd::installed()) return;
  Sshd sshd;
  const auto runner = make_ssh_runner(sshd.options());
  REQUIRE(runner->run(web1(), {.argv = {"true"}}, Cancel{}));
  sshd.signal_connections(SIGSTOP);

  const auto content = runner->read_file(web1(), "/etc/passwd", 10,
                                         {.deadline = std::chrono::steady_clock::now() + 300ms});

  REQUIRE_FALSE(content);
  CHECK(content.error().code == Code::Timeout);
}

}  // namespace tier0
