// What becomes of a write that is disturbed, against OpenSSH's server.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <future>

#include "server/crypto/crypto.h"
#include "tests/ssh/sshd.h"

namespace tier0 {
namespace {

using namespace std::chrono_literals;
using testing::Sshd;
using testing::web1;

constexpr auto kSftpServer = "/usr/lib/openssh/sftp-server";
/// Takes what the server said, as far as it comes at once.
constexpr auto kRelay =
    "\nwhile :; do\n  dd bs=65536 count=1 of=$answer 2>/dev/null <&3\n"
    "  [ -s $answer ] || exit 0\n  if [ -e ";

bool can_disturb() {
  if (!Sshd::installed()) return false;
  if (::access(kSftpServer, X_OK) == 0) return true;
  WARN("SKIPPED: openssh-sftp-server is not installed");
  return false;
}

/// A host whose SFTP server answers through a script of ours. It holds a folder "box" with a file
/// "file" that says "old". `hook` is shell, run with each answer before it is handed on: it knows
/// $box, and `reached` lets a test go on and then holds the answer back for `hold` seconds.
struct Disturbed {
  TempFolder folder;
  int signpost = -1;
  Sshd sshd;
  std::unique_ptr<SshRunner> runner;

  explicit Disturbed(const std::string& hook, const std::string& hold = "20")
      : sshd("Subsystem sftp /bin/sh " + script_path()) {
    REQUIRE(::mkdir(box().c_str(), 0700) == 0);
    testing::write_file(box() + "/file", "old");
    REQUIRE(::mkfifo(path("signpost").c_str(), 0600) == 0);
    signpost = ::open(path("signpost").c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    REQUIRE(signpost >= 0);
    testing::write_file(path("on"), "");
    testing::write_file(script_path(),
                        "box=" + box() + "\nanswer=" + path("answer") + "\nreached() { echo > " +
                            path("signpost") + "; exec sleep " + hold + "; }\nexec 4<&0\nmkfifo " +
                            path("pipe.$$") + "\n" + kSftpServer + " <&4 > " + path("pipe.$$") +
                            " &\nserver=$!\nexec 3< " + path("pipe.$$") + kRelay + path("on") +
                            " ]; then " + hook + "; fi\n  cat $answer\ndone\n");
    runner = make_ssh_runner(sshd.options());
  }
  ~Disturbed() { ::close(signpost); }
  Disturbed(const Disturbed&) = delete;
  Disturbed& operator=(const Disturbed&) = delete;

  std::string path(const std::string& name) const { return (folder / name).string(); }
  std::string box() const { return path("box"); }
  std::string file() const { return testing::read_file(box() + "/file"); }
  std::size_t entries() const {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& each : std::filesystem::directory_iterator(box())) ++count;
    return count;
  }

  Result<Unit> write(const Cancel& cancel = {},
                     const std::optional<std::string>& expected = std::nullopt) const {
    return runner->write_file(
        web1(), {.directory = box(), .name = "file", .bytes = "new", .expected_sha256 = expected},
        cancel);
  }
  bool is_reached() const {
    pollfd reached{.fd = signpost, .events = POLLIN, .revents = 0};
    return ::poll(&reached, 1, 10'000) == 1;
  }
  /// From now on the host behaves.
  void calm() const { std::filesystem::remove(path("on")); }
  std::string script_path() const { return path("relay"); }
};

// Conditions of the moment: the new file is there; it has taken the name.
const std::string kBegun = "ls $box/.file.tier0-* >/dev/null 2>&1";
const std::string kRenamed = "grep -q new $box/file";

void check_undone(const Result<Unit>& written, Code code) {
  INFO(testing::problem(written));
  REQUIRE_FALSE(written);
  CHECK(to_string(written.error().code) == to_string(code));
  CHECK_FALSE(written.error().maybe_done);
}

}  // namespace

TEST_CASE("write_file on a host without the extensions it needs is not_configured",
          "[ssh][sftp][write]") {
  if (!Sshd::installed()) return;
  for (const char* denied : {"posix-rename", "fsync"}) {
    const Sshd sshd("Subsystem sftp internal-sftp -P " + std::string(denied));
    const auto written =
        make_ssh_runner(sshd.options())
            ->write_file(web1(), {.directory = sshd.path(""), .name = "f", .bytes = "x"}, Cancel{});
    check_undone(written, Code::NotConfigured);
    CHECK(written.error().message.find(denied) != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(sshd.path("f")));
  }
}

TEST_CASE("write_file on a host that only lets read is forbidden", "[ssh][sftp][write]") {
  if (!Sshd::installed()) return;
  const Sshd sshd("Subsystem sftp internal-sftp -R");

  const auto written =
      make_ssh_runner(sshd.options())
          ->write_file(web1(), {.directory = sshd.path(""), .name = "f", .bytes = "x"}, Cancel{});

  REQUIRE_FALSE(written);
  CHECK_FALSE(written.error().maybe_done);
  CHECK_FALSE(std::filesystem::exists(sshd.path("f")));
}

TEST_CASE("a connection lost in the middle of a write leaves the old file", "[ssh][sftp][write]") {
  if (!can_disturb()) return;
  Disturbed host("if " + kBegun + "; then reached; fi");
  auto writing = std::async(std::launch::async, [&host] { return host.write(); });
  REQUIRE(host.is_reached());

  host.sshd.signal_connections(SIGKILL);

  check_undone(writing.get(), Code::SshUnreachable);
  CHECK(host.file() == "old");
  CHECK(host.entries() == 2);
  host.calm();
  CHECK(host.write());
  CHECK(host.file() == "new");
  CHECK(host.entries() == 1);
}

TEST_CASE("an SFTP server that ends in the middle of a write leaves the old file",
          "[ssh][sftp][write]") {
  if (!can_disturb()) return;
  const Disturbed host("if " + kBegun + "; then kill $server; exit 1; fi");

  check_undone(host.write(), Code::Upstream);

  CHECK(host.file() == "old");
}

TEST_CASE("a stop in the middle of a write leaves the old file", "[ssh][sftp][write][cancel]") {
  if (!can_disturb()) return;
  const Disturbed host("if " + kBegun + "; then reached; fi");
  std::stop_source stop;
  auto writing =
      std::async(std::launch::async, [&] { return host.write({.stop = stop.get_token()}); });
  REQUIRE(host.is_reached());

  stop.request_stop();

  check_undone(writing.get(), Code::Cancelled);
  CHECK(host.file() == "old");
}

TEST_CASE("a lost answer to the rename is timeout_unknown", "[ssh][sftp][write]") {
  if (!can_disturb()) return;
  Disturbed host("if " + kRenamed + "; then reached; fi");
  auto writing = std::async(std::launch::async, [&host] { return host.write(); });
  REQUIRE(host.is_reached());

  host.sshd.signal_connections(SIGKILL);

  const auto written = writing.get();
  INFO(testing::problem(written));
  REQUIRE_FALSE(written);
  CHECK(written.error().code == Code::TimeoutUnknown);
  CHECK(written.error().maybe_done);
  CHECK(host.file() == "new");
}

TEST_CASE("an answer to the rename that does not come by the deadline is timeout_unknown",
          "[ssh][sftp][write]") {
  if (!can_disturb()) return;
  const Disturbed host("if " + kRenamed + "; then reached; fi");

  const auto written = host.write({.deadline = std::chrono::steady_clock::now() + 4s});

  INFO(testing::problem(written));
  REQUIRE_FALSE(written);
  CHECK(written.error().code == Code::TimeoutUnknown);
  CHECK(written.error().maybe_done);
}

TEST_CASE("a stop waits for the answer to the rename", "[ssh][sftp][write][cancel]") {
  if (!can_disturb()) return;
  const Disturbed host("if " + kRenamed + "; then ( reached ); fi", "0.5");
  std::stop_source stop;
  auto writing =
      std::async(std::launch::async, [&] { return host.write({.stop = stop.get_token()}); });
  REQUIRE(host.is_reached());

  stop.request_stop();

  const auto written = writing.get();
  INFO(testing::problem(written));
  CHECK(written);
  CHECK(host.file() == "new");
}

TEST_CASE("a file that changes while its successor is written stays", "[ssh][sftp][write]") {
  if (!can_disturb()) return;
  const Disturbed host("if " + kBegun + "; then printf other > $box/file; fi");

  check_undone(host.write({}, crypto::sha256_hex("old")), Code::Conflict);

  CHECK(host.file() == "other");
  CHECK(host.entries() == 1);
}

TEST_CASE("a file that becomes a link while its successor is written stays one",
          "[ssh][sftp][write]") {
  if (!can_disturb()) return;
  const Disturbed host("if " + kBegun + "; then ln -sf /etc/passwd $box/file; fi");

  check_undone(host.write(), Code::Forbidden);

  CHECK(std::filesystem::is_symlink(host.box() + "/file"));
  CHECK(host.entries() == 1);
}

TEST_CASE("a write whose new file another one removes is a conflict", "[ssh][sftp][write]") {
  if (!can_disturb()) return;
  const Disturbed host("rm -f $box/.file.tier0-*");

  check_undone(host.write(), Code::Conflict);

  CHECK(host.file() == "old");
  CHECK(host.entries() == 1);
}

TEST_CASE("a full disk leaves the old file and nothing else", "[ssh][sftp][write]") {
  if (!can_disturb()) return;
  const TempFolder folder;
  const std::string box = (folder / "box").string();
  const std::string list = (folder / "list").string();
  const std::string script = (folder / "script").string();
  REQUIRE(::mkdir(box.c_str(), 0700) == 0);
  REQUIRE(::mkfifo(list.c_str(), 0600) == 0);
  const std::string mount = "mount -t tmpfs -o size=64k,mode=0700 tmpfs " + box;
  if (testing::run_program({"/usr/bin/unshare", "-m", "sh", "-c", mount}).exit_code != 0) {
    WARN("SKIPPED: only root can make a small disk");
    return;
  }
  testing::write_file(script, mount + " && printf old > " + box + "/file && " + kSftpServer +
                                  "\n(ls -A " + box + "; cat " + box + "/file) > " + list + "\n");
  const Sshd sshd("Subsystem sftp /usr/bin/unshare -m /bin/sh " + script);
  auto left = std::async(std::launch::async, [&list] { return testing::read_file(list); });

  const auto written =
      make_ssh_runner(sshd.options())
          ->write_file(web1(),
                       {.directory = box, .name = "file", .bytes = std::string(300'000, 'x')},
                       Cancel{});

  check_undone(written, Code::Upstream);
  CHECK(written.error().hint.find("disk") != std::string::npos);
  CHECK(left.get() == "file\nold");
}

}  // namespace tier0
