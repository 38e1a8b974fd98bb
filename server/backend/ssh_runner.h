#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/backend/key_use.h"
#include "server/base/cancel.h"
#include "server/base/ids.h"
#include "server/base/result.h"

namespace tier0 {

/// One plain program. SSH itself carries one shell line, so argv is quoted in one place,
/// ssh/quote.cpp.
struct Command {
  std::vector<std::string> argv;
  std::string input = {};  // its standard input; closed after it
  std::size_t output_limit =
      64 * 1024;  // bytes kept of each stream; the rest is drained and counted
  std::chrono::milliseconds total = std::chrono::seconds(60);
  std::chrono::milliseconds idle = std::chrono::seconds(60);  // longest silence
  enum class Connection { Any, New };
  Connection connection = Connection::Any;  // New: of its own, so a success proves that one can
                                            // log in now; the kept ones are left alone
  KeyUse key = KeyUse::Current;             // another one: with that key only, and always New
};

struct CommandOutput {
  int exit_code = 0;
  std::string signal = {};  // set instead of an exit code when the program was killed
  std::string out;          // raw bytes: untrusted, clean_text before showing
  std::string err;
  std::size_t out_dropped = 0;  // bytes beyond the limit
  std::size_t err_dropped = 0;
  std::chrono::milliseconds took{};
  std::chrono::milliseconds total_limit{};  // what applied: the command's, cut to what the call
  std::chrono::milliseconds idle_limit{};   // and the server allow
};

struct FileContent {
  std::string bytes;
  std::size_t size = 0;  // of the file; larger than bytes when cut at the limit
};

inline constexpr std::size_t kLargestFileWrite = 1024 * 1024;

/// A file that is to be in a folder of the host, whole or not at all.
struct FileWrite {
  std::string directory;      // there already; a relative one begins at our user's home
  std::string name;           // one plain name, so that nothing outside the folder is written
  std::string bytes;          // at most kLargestFileWrite
  std::uint32_t mode = 0600;  // not writable by others, or sshd would not believe such a file
  /// Lower-case hex of what is replaced; "" where nothing may be there. Without it whatever is
  /// there is replaced.
  std::optional<std::string> expected_sha256 = {};
  KeyUse key = KeyUse::Current;  // which one logs in, as for a Command
};

/// Whether that is a file that one may ask for: kind validation. Every SshRunner applies it first.
Result<Unit> check_file_write(const FileWrite& file);

/// Runs programs, reads and writes files on configured hosts. Thread-safe.
/// Errors: ssh_unreachable, ssh_auth, ssh_hostkey_unknown, ssh_hostkey_changed, timeout, cancelled,
/// forbidden, not_configured (no such host), not_permitted (the agent may not use SSH),
/// secret_unavailable, secret_denied, validation. Once the program may have started, a deadline is
/// timeout_unknown, and every error has maybe_done; a command is never sent twice.
/// A program that ran and failed is a CommandOutput with its exit code, not an Error.
class SshRunner {
 public:
  virtual ~SshRunner() = default;
  virtual Result<CommandOutput> run(const HostName& host, const Command& command,
                                    const Cancel& cancel) = 0;
  /// Reads a regular file over SFTP, at most `limit` bytes of it. Kind not_found where it does not
  /// exist; forbidden for what may not be read and for folders, links and devices.
  virtual Result<FileContent> read_file(const HostName& host, const std::string& path,
                                        std::size_t limit, const Cancel& cancel) = 0;
  /// Puts the file there over SFTP: a new file beside it, flushed to the disk and read back, takes
  /// its name in one step. It belongs to our user afterwards; nobody else's file is replaced.
  /// Kinds conflict (something else than expected is there, or another write came first),
  /// forbidden (our user may not, others may write the folder, or a link or folder has that name),
  /// not_found (no such folder), not_configured (the host's SFTP cannot do it safely), validation,
  /// upstream (it cannot be written: a full disk). A rename whose answer was lost is
  /// timeout_unknown with maybe_done; whatever else fails leaves the old file as it was, and at
  /// most a hidden file beside it, which the next write of this name removes.
  virtual Result<Unit> write_file(const HostName& host, const FileWrite& file,
                                  const Cancel& cancel) = 0;
};

}  // namespace tier0
