#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/backend/ssh_runner.h"
#include "server/base/mutex.h"

namespace tier0 {

/// Hosts that remember what was asked of them and answer what they were told to. A program nobody
/// told about exits 127, a file nobody put is not_found; cat prints files. Thread-safe.
class FakeSsh final : public SshRunner {
 public:
  struct Ran {
    HostName host;
    Command command;
    std::string line() const;  // argv with spaces between
  };
  struct Wrote {
    HostName host;
    FileWrite file;
    std::string path() const;  // directory/name
  };
  /// Where a host with rules for logging in looks for the keys of our user.
  static constexpr const char* kAuthorizedKeys = "/home/smarteros/.ssh/authorized_keys";

  void add_host(const std::string& host);
  /// For every later program on that host whose argv begins with `argv`; the longest one counts.
  void answer(const std::string& host, std::vector<std::string> argv, CommandOutput output);
  void answer(const std::string& host, std::vector<std::string> argv, std::string out,
              int exit_code = 0);
  void put_file(const std::string& host, const std::string& path, std::string bytes,
                std::uint32_t mode = 0600);
  /// A folder beside those that files lie in.
  void add_folder(const std::string& host, const std::string& path);
  /// Something at that path that is neither read nor replaced: a link.
  void put_link(const std::string& host, const std::string& path);

  /// From now on logging in goes by kAuthorizedKeys of each host: `public_key_of` gives the line
  /// `ssh-ed25519 AAAA… comment` of the key in use, its kind of error where there is none. A
  /// connection that is kept goes on with the key it was made with, until drop_connections.
  using PublicKeyOf = std::function<Result<std::string>(KeyUse)>;
  void check_logins(PublicKeyOf public_key_of);
  void drop_connections(const std::string& host);

  /// The next call, on whatever host, fails so. With AfterStart::Yes the program is recorded as run
  /// and the file is replaced, and the error has maybe_done.
  enum class AfterStart { No, Yes };
  void fail_next(Code code, AfterStart after = AfterStart::No);
  /// The next write, on whatever host, fails so; other calls go on.
  void fail_next_write(Code code, AfterStart after = AfterStart::No);
  /// The next program on that host whose argv begins so is recorded as run, and its answer is lost.
  void lose_answer_of(const std::string& host, std::vector<std::string> argv);
  /// Every call on that host fails so, until add_host is called again.
  void fail_host(const std::string& host, Code code);

  std::vector<Ran> ran() const;
  std::vector<std::string> ran_lines() const;
  std::vector<std::pair<HostName, std::string>> files_read() const;
  /// What was asked for and done, in order.
  std::vector<Wrote> files_written() const;
  /// The bytes of a file as they are now; empty where it does not exist.
  std::optional<std::string> file(const std::string& host, const std::string& path) const;
  std::optional<std::uint32_t> file_mode(const std::string& host, const std::string& path) const;

  Result<CommandOutput> run(const HostName& host, const Command& command,
                            const Cancel& cancel) override;
  Result<FileContent> read_file(const HostName& host, const std::string& path, std::size_t limit,
                                const Cancel& cancel) override;
  Result<Unit> write_file(const HostName& host, const FileWrite& file,
                          const Cancel& cancel) override;

 private:
  struct File {
    std::string bytes;
    std::uint32_t mode = 0600;
    bool is_link = false;
  };
  struct Host {
    std::map<std::vector<std::string>, CommandOutput> answers = {};
    std::map<std::string, File> files = {};
    std::set<std::string> folders = {};
    std::optional<Code> failure = {};
    bool connected = false;
    std::vector<std::vector<std::string>> lost = {};
  };
  struct Failure {
    Code code;
    AfterStart after;
  };

  Result<Host*> enter(const HostName& name, KeyUse key, Command::Connection wanted,
                      const Cancel& cancel) REQUIRES(mutex_);
  Result<Unit> log_in(const HostName& name, const Host& at, KeyUse key) const REQUIRES(mutex_);
  static const File* printed_by(const std::vector<std::string>& argv, const Host& at);
  Host& host(const std::string& name) REQUIRES(mutex_);
  const File* find_file(const std::string& name, const std::string& path) const REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::map<HostName, Host> hosts_ GUARDED_BY(mutex_);
  std::optional<Failure> next_failure_ GUARDED_BY(mutex_);
  std::optional<Failure> next_write_failure_ GUARDED_BY(mutex_);
  PublicKeyOf public_key_of_ GUARDED_BY(mutex_);
  std::vector<Ran> ran_ GUARDED_BY(mutex_);
  std::vector<std::pair<HostName, std::string>> files_read_ GUARDED_BY(mutex_);
  std::vector<Wrote> files_written_ GUARDED_BY(mutex_);
};

}  // namespace tier0
