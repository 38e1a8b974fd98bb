#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "server/base/secret.h"
#include "server/ssh/libssh_runner.h"
#include "tests/fakes/process.h"
#include "tests/fakes/temp_folder.h"
#include "tests/ssh/loopback.h"

namespace tier0::testing {

/// OpenSSH's own server on loopback, as the current user, with keys and configuration of its own.
/// It runs one process a connection (`sshd -i`) behind a listener of ours, so no port is guessed
/// and each connection's process is known. Ended by process id.
class Sshd {
 public:
  /// False, with a loud warning, where OpenSSH's server is not installed.
  static bool installed();

  explicit Sshd(const std::string& configuration = "Subsystem sftp internal-sftp");
  ~Sshd();

  std::uint16_t port() const { return listener_->port(); }
  int connections() const { return listener_->accepted(); }
  const std::string& user() const { return user_; }
  /// As ssh-keygen prints it.
  std::string fingerprint() const;
  Secret user_key() const;
  /// A key that the server does not know.
  Secret other_key() const;

  void change_host_key();
  /// Sends a signal to the process of every connection that is still there.
  void signal_connections(int signal);

  /// Whether every connection so far ends within that time.
  bool all_end_within(std::chrono::milliseconds span);

  /// For a host "web-1" that is this server, its key pinned by the configuration.
  SshOptions options() const;

  /// In a folder of its own, which is also the HOME of what runs.
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

 private:
  void serve(int connection);

  TempFolder folder_;
  std::string user_;
  std::mutex mutex_;
  std::vector<pid_t> processes_;
  std::unique_ptr<Loopback> listener_;
};

/// What a failed result says, for INFO.
template <class T>
std::string problem(const Result<T>& result) {
  if (result) return "no error";
  return std::string(to_string(result.error().code)) + ": " + result.error().message;
}

inline HostName web1() {
  return HostName{"web-1"};
}

}  // namespace tier0::testing
