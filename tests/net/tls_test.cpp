// A TLS server of OpenSSL's own on loopback, with a certificate that nobody trusts.
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "server/net/http_client.h"

using namespace tier0;
using namespace std::chrono_literals;

namespace {

const SystemClock kTlsClock;

class Folder {
 public:
  Folder() {
    std::string name = std::filesystem::temp_directory_path() / "tier0-tls-XXXXXX";
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string file(const char* name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// `openssl s_server` on a free port; ended and reaped with the object.
class TlsServer {
 public:
  explicit TlsServer(const Folder& folder) {
    std::array<int, 2> out{};
    REQUIRE(pipe(out.data()) == 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, out[0]);
    const std::string certificate = folder.file("cert.pem");
    const std::string key = folder.file("key.pem");
    std::array<const char*, 10> argv = {
        "openssl",           "s_server", "-accept",   "127.0.0.1:0", "-cert",
        certificate.c_str(), "-key",     key.c_str(), "-www",        nullptr};
    const int status = posix_spawnp(&pid_, "openssl", &actions, nullptr,
                                    const_cast<char* const*>(argv.data()), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(out[1]);
    REQUIRE(status == 0);
    read_port(out[0]);
    out_ = out[0];
  }
  ~TlsServer() {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
    close(out_);
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  std::string url() const { return "https://127.0.0.1:" + port_ + "/"; }

 private:
  /// It prints ACCEPT 127.0.0.1:PORT once it listens.
  void read_port(int fd) {
    constexpr std::string_view kReady = "ACCEPT 127.0.0.1:";
    std::string text;
    char c = 0;
    while (text.find(kReady) == std::string::npos || c != '\n') {
      REQUIRE(read(fd, &c, 1) == 1);
      text += c;
    }
    port_ = text.substr(text.find(kReady) + kReady.size());
    port_.pop_back();
  }

  pid_t pid_ = 0;
  int out_ = -1;
  std::string port_;
};

bool make_certificate(const Folder& folder) {
  const std::string command =
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
      " -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout " +
      folder.file("key.pem") + " -out " + folder.file("cert.pem") + " >/dev/null 2>&1";
  return std::system(command.c_str()) == 0;
}

HttpReply get(const TlsServer& server, const std::string& ca_file) {
  HttpClient client({.user_agent = "tier0/test", .ca_file = ca_file}, kTlsClock);
  return client.send({.url = server.url()}, {.deadline = kTlsClock.now() + 20s});
}

}  // namespace

TEST_CASE("a server with an untrusted certificate is not spoken to", "[net][tls]") {
  const Folder folder;
  if (!make_certificate(folder)) {
    WARN("SKIPPED: the program openssl is not here");
    return;
  }
  const TlsServer server(folder);

  const HttpReply reply = get(server, "");

  REQUIRE(!reply.response);
  CHECK(reply.sent == Sent::No);
  CHECK(reply.response.error().message == "the certificate of the service is not trusted");
}

TEST_CASE("a server whose authority is configured is spoken to", "[net][tls]") {
  const Folder folder;
  if (!make_certificate(folder)) {
    WARN("SKIPPED: the program openssl is not here");
    return;
  }
  const TlsServer server(folder);

  const HttpReply reply = get(server, folder.file("cert.pem"));

  REQUIRE(reply.response);
  CHECK(reply.response->status == 200);
}
