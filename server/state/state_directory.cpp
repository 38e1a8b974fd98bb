#include "server/state/state_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>

#include "server/base/files.h"
#include "server/base/json.h"
#include "server/state/private_folder.h"
#include "server/state/unix_group.h"

namespace tier0 {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kOwnerStarts{1000};
constexpr milliseconds kAskAgain{10};
constexpr std::size_t kRecordLimit = 4096;

Error wrong_state(std::string message, std::string hint) {
  return {.code = Code::WrongState, .message = std::move(message), .hint = std::move(hint)};
}

Error lock_failed(int code) {
  return {.code = Code::Internal,
          .message = "cannot lock the state directory: " + std::generic_category().message(code),
          .hint = "Check the disk and the owner of its files."};
}

Result<Unit> check_mode(const std::optional<StateRecord>& record, StateMode mode) {
  if (!record || record->mode == mode) return Unit{};
  return wrong_state("the state directory is of mode " + std::string(to_string(record->mode)) +
                         ", not " + std::string(to_string(mode)),
                     "Name another directory with --state DIR; one never holds both.");
}

/// The pid in the lock file; empty until its owner has recorded what it runs.
std::optional<pid_t> read_pid(const StatePaths& paths) {
  const Result<std::string> text = read_file(paths.lock(), kRecordLimit);
  pid_t pid = 0;
  if (!text || text->empty()) return std::nullopt;
  const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), pid);
  return problem == std::errc() ? std::optional(pid) : std::nullopt;
}

Result<Unit> write_record(const StatePaths& paths, const StateRecord& record) {
  return replace_file(paths.mode(), dump_json({{"mode", std::string(to_string(record.mode))},
                                               {"config", record.config_digest}}) +
                                        "\n");
}

/// The lock, or none where another process has it.
Result<OwnedFd> take_lock(const StatePaths& paths) {
  OwnedFd fd(::open(paths.lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) return lock_failed(errno);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return fd;
  if (errno == EWOULDBLOCK) return OwnedFd();
  return lock_failed(errno);
}

/// The lock file stays empty until the record is the new owner's, so that nobody compares with the
/// one before.
Result<std::unique_ptr<StateDirectory>> settle_in(const StatePaths& paths, const StateClaim& claim,
                                                  OwnedFd lock) {
  if (::ftruncate(lock.get(), 0) != 0) return lock_failed(errno);
  T0_TRY(const std::optional<StateRecord> record, read_state_record(paths));
  T0_CHECK(check_mode(record, claim.mode));
  if (!record || record->config_digest != claim.config_digest)
    T0_CHECK(write_record(paths, {.mode = claim.mode, .config_digest = claim.config_digest}));
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::pwrite(lock.get(), pid.data(), pid.size(), 0) < 0) return lock_failed(errno);
  return std::make_unique<StateDirectory>(paths, claim.mode, std::move(lock));
}

Result<OwnedBy> compare_with_owner(const StatePaths& paths, const StateClaim& claim, pid_t pid) {
  T0_TRY(const std::optional<StateRecord> record, read_state_record(paths));
  T0_CHECK(check_mode(record, claim.mode));
  if (record && record->config_digest != claim.config_digest)
    return wrong_state(
        "process " + std::to_string(pid) + " runs this state directory with another configuration",
        "Use its configuration, stop it, or name another directory with --state DIR.");
  return OwnedBy{.pid = pid};
}

}  // namespace

Result<std::optional<StateRecord>> read_state_record(const StatePaths& paths) {
  const Result<std::string> text = read_file(paths.mode(), kRecordLimit);
  if (!text && text.error().code == Code::NotFound) return std::optional<StateRecord>();
  if (!text) return text.error();
  const Result<Json> json = parse_json(*text);
  const std::string mode = json ? string_member(*json, "mode") : "";
  if (mode != "real" && mode != "sandbox")
    return Error{.code = Code::Internal,
                 .message = "the state directory's mode.json makes no sense",
                 .hint = "Put back {\"mode\": \"real\"} or {\"mode\": \"sandbox\"}, as it was."};
  return std::optional(StateRecord{.mode = mode == "real" ? StateMode::Real : StateMode::Sandbox,
                                   .config_digest = string_member(*json, "config")});
}

Result<StateDirectory::Opened> StateDirectory::open(const StateClaim& claim, const Clock& clock,
                                                    const Cancel& cancel) {
  const StatePaths paths{claim.directory};
  T0_CHECK(make_private_folder(paths.directory));
  const TimePoint patience = clock.now() + kOwnerStarts;
  for (;;) {
    T0_TRY(OwnedFd lock, take_lock(paths));
    if (lock) {
      T0_TRY(auto owner, settle_in(paths, claim, std::move(lock)));
      return Opened(std::move(owner));
    }
    const std::optional<pid_t> pid = read_pid(paths);
    if (pid || clock.now() >= patience) {
      T0_TRY(const OwnedBy owner, compare_with_owner(paths, claim, pid.value_or(0)));
      return Opened(owner);
    }
    T0_CHECK(cancel.check(clock));
    clock.wait_until(clock.now() + kAskAgain, cancel.stop);
  }
}

Result<StateDirectory::Opened> StateDirectory::open(const StateClaim& claim) {
  return open(claim, SystemClock(), {});
}

Result<std::unique_ptr<StateDirectory>> StateDirectory::wait_and_take(const StateClaim& claim,
                                                                      const Clock& clock,
                                                                      const Cancel& cancel) {
  for (;;) {
    T0_TRY(Opened opened, open(claim, clock, cancel));
    if (auto* owner = std::get_if<std::unique_ptr<StateDirectory>>(&opened))
      return std::move(*owner);
    T0_CHECK(cancel.check(clock));
    clock.wait_until(std::min(clock.now() + kAskAgain, cancel.deadline), cancel.stop);
  }
}

StateDirectory::StateDirectory(StatePaths paths, StateMode mode, OwnedFd lock)
    : paths_(std::move(paths)), mode_(mode), lock_(std::move(lock)) {}

StateDirectory::~StateDirectory() {
  // The next owner is not to be taken for this one; a failure only leaves a pid of the dead.
  (void)!::ftruncate(lock_.get(), 0);
}

Result<Unit> StateDirectory::admit_group(const std::string& group) {
  T0_TRY(const gid_t gid, find_group(group));
  if (::chown(paths_.directory.c_str(), static_cast<uid_t>(-1), gid) != 0 ||
      ::chmod(paths_.directory.c_str(), 0710) != 0)
    return Error{.code = Code::NotConfigured,
                 .message = "the state directory cannot be opened to the group " + group + ": " +
                            std::generic_category().message(errno),
                 .hint = "The server's user must be a member of the group."};
  return Unit{};
}

Result<Unit> StateDirectory::record_config(const std::string& digest) {
  return write_record(paths_, {.mode = mode_, .config_digest = digest});
}

}  // namespace tier0
