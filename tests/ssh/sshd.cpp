#include "tests/ssh/sshd.h"

#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

namespace tier0::testing {
namespace {

constexpr auto kSshd = "/usr/sbin/sshd";
constexpr auto kKeygen = "/usr/bin/ssh-keygen";

constexpr auto kSettings = R"(
UsePAM no
StrictModes no
PidFile none
UseDNS no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
LogLevel VERBOSE
)";

void make_key(const std::string& path) {
  std::filesystem::remove(path);
  std::filesystem::remove(path + ".pub");
  const auto made =
      run_program({kKeygen, "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", path});
  REQUIRE(made.exit_code == 0);
}

}  // namespace

bool Sshd::installed() {
  if (::access(kSshd, X_OK) == 0 && ::access(kKeygen, X_OK) == 0) return true;
  WARN("SKIPPED: openssh-server is not installed");
  return false;
}

Sshd::Sshd(const std::string& configuration) : user_(::getpwuid(::geteuid())->pw_name) {
  // sshd insists on this folder where it runs as root.
  if (::geteuid() == 0) ::mkdir("/run/sshd", 0755);
  make_key(path("host_key"));
  make_key(path("user_key"));
  make_key(path("other_key"));
  write_file(path("authorized_keys"), read_file(path("user_key.pub")));
  // HOME keeps the shell from reading the developer's own files.
  write_file(path("sshd_config"), "HostKey " + path("host_key") + "\nAuthorizedKeysFile " +
                                      path("authorized_keys") + "\nSetEnv HOME=" + path("") +
                                      kSettings + configuration + "\n");
  listener_ = std::make_unique<Loopback>(
      [this](int connection, const std::stop_token&) { serve(connection); });
}

Sshd::~Sshd() {
  listener_.reset();
  signal_connections(SIGKILL);
  for (const pid_t process : processes_) ::waitpid(process, nullptr, 0);
}

void Sshd::serve(int connection) {
  const pid_t process =
      spawn({kSshd, "-i", "-f", path("sshd_config"), "-E", path("log")}, connection, connection);
  ::close(connection);
  const std::lock_guard lock(mutex_);
  processes_.push_back(process);
}

void Sshd::signal_connections(int signal) {
  const std::lock_guard lock(mutex_);
  // Nobody reaps them before the end, so each id is still ours.
  for (const pid_t process : processes_) ::kill(process, signal);
}

bool Sshd::all_end_within(std::chrono::milliseconds span) {
  const auto deadline = std::chrono::steady_clock::now() + span;
  const std::lock_guard lock(mutex_);
  for (const pid_t process : processes_) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    const int handle = static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
    pollfd ended{.fd = handle, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&ended, 1, std::max(0, static_cast<int>(left.count())));
    ::close(handle);
    if (ready != 1) return false;
  }
  return true;
}

std::string Sshd::fingerprint() const {
  const auto shown = run_program({kKeygen, "-l", "-E", "sha256", "-f", path("host_key.pub")});
  const auto begin = shown.out.find("SHA256:");
  return shown.out.substr(begin, shown.out.find(' ', begin) - begin);
}

Secret Sshd::user_key() const {
  return Secret(read_file(path("user_key")));
}

Secret Sshd::other_key() const {
  return Secret(read_file(path("other_key")));
}

void Sshd::change_host_key() {
  make_key(path("host_key"));
}

SshOptions Sshd::options() const {
  const SshHost host{.address = "127.0.0.1",
                     .port = port(),
                     .host_key = *HostKeyFingerprint::parse(fingerprint())};
  return {
      .user = user_,
      .private_key = [key = user_key()](KeyUse, const Cancel&) -> Result<Secret> { return key; },
      .find_host = [host](const HostName& name) -> std::optional<SshHost> {
        if (name == web1()) return host;
        return std::nullopt;
      }};
}

}  // namespace tier0::testing
