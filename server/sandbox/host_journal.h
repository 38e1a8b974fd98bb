#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/sandbox/host_facts.h"

namespace tier0::sandbox {

struct JournalLine {
  Millis at = 0;
  std::string unit;
  std::string process;  // name[pid]
  std::string text;
};

/// What the services of a host have logged since its boot, oldest first: the same each time.
std::vector<JournalLine> host_journal(const HostState& state, const HostFacts& facts, Millis now);

/// The log files that a host writes by itself, made from the journal; empty for any other path.
std::optional<File> host_log_file(const HostState& state, const std::string& path, Millis now);

/// 2026-11-22T05:00:03+0000, as journalctl's short-iso and our syslog have it.
std::string journal_time(Millis at);

}  // namespace tier0::sandbox
