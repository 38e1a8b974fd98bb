#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/backend/ssh_runner.h"
#include "server/base/mutex.h"

namespace tier0 {

/// Hosts that remember what was asked of them and answer what they were told to. A program nobody
/// told about exits 127, a file nobody put is not_found. Thread-safe.
class FakeSsh final : public SshRunner {
 public:
  struct Ran {
    HostName host;
    Command command;
    std::string line() const;  // argv with spaces between
  };

  void add_host(const std::string& host);
  /// For every later program on that host whose argv begins with `argv`; the longest one counts.
  void answer(const std::string& host, std::vector<std::string> argv, CommandOutput output);
  void answer(const std::string& host, std::vector<std::string> argv, std::string out,
              int exit_code = 0);
  void put_file(const std::string& host, const std::string& path, std::string bytes);

  /// The next call, on whatever host, fails so. With AfterStart::Yes the program is recorded as run
  /// and the error has maybe_done.
  enum class AfterStart { No, Yes };
  void fail_next(Code code, AfterStart after = AfterStart::No);
  /// Every call on that host fails so, until add_host is called again.
  void fail_host(const std::string& host, Code code);

  std::vector<Ran> ran() const;
  std::vector<std::string> ran_lines() const;
  std::vector<std::pair<HostName, std::string>> files_read() const;

  Result<CommandOutput> run(const HostName& host, const Command& command,
                            const Cancel& cancel) override;
  Result<FileContent> read_file(const HostName& host, const std::string& path, std::size_t limit,
                                const Cancel& cancel) override;

 private:
  struct Host {
    std::map<std::vector<std::string>, CommandOutput> answers = {};
    std::map<std::string, std::string> files = {};
    std::optional<Code> failure = {};
  };
  struct Failure {
    Code code;
    AfterStart after;
  };

  Result<const Host*> enter(const HostName& name, const Cancel& cancel) REQUIRES(mutex_);
  Host& host(const std::string& name) REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::map<HostName, Host> hosts_ GUARDED_BY(mutex_);
  std::optional<Failure> next_failure_ GUARDED_BY(mutex_);
  std::vector<Ran> ran_ GUARDED_BY(mutex_);
  std::vector<std::pair<HostName, std::string>> files_read_ GUARDED_BY(mutex_);
};

}  // namespace tier0
