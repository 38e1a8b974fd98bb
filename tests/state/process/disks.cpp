#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <optional>

#include "server/audit/list.h"
#include "server/audit/store_audit_log.h"
#include "server/audit/verify.h"
#include "server/state/paths.h"
#include "server/store/sqlite_store.h"
#include "tests/state/process/process.h"

namespace tier0::process {
namespace {

bool write_to(const char* file, const std::string& text) {
  std::ofstream stream(file);
  stream << text << std::flush;
  return stream.good();
}

/// A name space of mounts for this process alone; without root by way of one of users.
bool leave_the_mounts() {
  const auto uid = std::to_string(::geteuid());
  const auto gid = std::to_string(::getegid());
  if (::unshare(CLONE_NEWNS) != 0) {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    if (!write_to("/proc/self/setgroups", "deny") ||
        !write_to("/proc/self/uid_map", "0 " + uid + " 1") ||
        !write_to("/proc/self/gid_map", "0 " + gid + " 1"))
      return false;
  }
  return ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

bool mount_small_disk(const std::filesystem::path& directory) {
  return leave_the_mounts() &&
         ::mount("none", directory.c_str(), "tmpfs", 0, "size=1m,mode=0700") == 0;
}

int skip() {
  say({{"skipped", "this system lets nobody mount a small disk here"}});
  return 0;
}

AuditEntry entry_of(const std::string& call, const std::string& effect, const Clock& clock) {
  return {.call = {call}, .time = clock.wall(), .principal = "agent:a", .effect = effect};
}

void fill(const std::filesystem::path& file) {
  std::ofstream stream(file, std::ios::binary);
  const std::string block(4096, 'x');
  while (stream << block << std::flush) {
  }
}

/// Calls until one is refused; how many were let through.
int call_until_refused(AuditLog& log, const Clock& clock, std::optional<Error>& refusal) {
  for (int made = 0;; ++made) {
    auto ticket = log.begin(entry_of("w" + std::to_string(made), "write", clock));
    if (!ticket) {
      refusal = ticket.error();
      return made;
    }
    log.finish(*std::move(ticket), {});
    if (made > 10'000) return made;
  }
}

std::string verdict_of(const StatePaths& paths, const Clock& clock) {
  SqliteStore reader(paths.store(), SqliteStore::Access::ReadOnly);
  const auto verdict = verify_audit(reader, paths.audit_head(), {}, clock, {});
  if (!verdict) return verdict.error().message;
  return verdict->fault ? verdict->fault->why : "whole";
}

std::size_t ended_well(const StatePaths& paths) {
  SqliteStore reader(paths.store(), SqliteStore::Access::ReadOnly);
  const auto calls = list_audit(reader, {.kind = "ok", .limit = 100'000});
  return calls ? calls->size() : 0;
}

}  // namespace

int full_disk(const std::filesystem::path& directory) {
  if (!mount_small_disk(directory)) return skip();
  const SystemClock clock;
  const StatePaths paths{directory};
  Json seen;
  int made = 0;
  {
    SqliteStore store(paths.store());
    StoreAuditLog log(store, paths.audit_head(), clock);
    std::optional<Error> refusal;
    {
      auto running = log.begin(entry_of("running", "write", clock));
      if (!running) return 1;
      fill(directory / "filler");
      made = call_until_refused(log, clock, refusal);
      log.finish(*std::move(running), {});  // its effect happened while the disk was full
    }
    if (!refusal) return 1;
    seen["refused_as"] = to_string(refusal->code);
    seen["message"] = refusal->message;
    seen["read_goes_on"] = log.begin(entry_of("r1", "read", clock)).has_value();
    seen["verdict_while_full"] = verdict_of(paths, clock);
    std::filesystem::remove(directory / "filler");
    auto read = log.begin(entry_of("r2", "read", clock));
    seen["read_goes_on_later"] = read.has_value();
    if (read) log.finish(*std::move(read), {});
  }
  seen["verdict_later"] = verdict_of(paths, clock);
  // The calls that were let through, the one that was running, and the last read.
  seen["all_ended"] = ended_well(paths) == static_cast<std::size_t>(made) + 2;
  say(seen);
  return 0;
}

int read_only_disk(const std::filesystem::path& directory) {
  if (!mount_small_disk(directory)) return skip();
  const SystemClock clock;
  const StatePaths paths{directory};
  {
    SqliteStore store(paths.store());
    StoreAuditLog log(store, paths.audit_head(), clock);
    if (!log.begin(entry_of("c1", "write", clock))) return 1;
  }
  if (::mount("none", directory.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) != 0)
    return skip();
  Json seen = {{"verdict", verdict_of(paths, clock)}};
  SqliteStore store(paths.store());
  StoreAuditLog log(store, paths.audit_head(), clock);
  const auto ticket = log.begin(entry_of("c2", "read", clock));
  const auto second = log.begin(entry_of("c3", "write", clock));
  seen["refused_as"] = second ? "made" : std::string(to_string(second.error().code));
  say(seen);
  return 0;
}

}  // namespace tier0::process
