#include <filesystem>
#include <iostream>

#include "server/audit/list.h"
#include "server/audit/verify.h"
#include "server/base/clock.h"
#include "server/cli/setup.h"
#include "server/cli/terminal.h"
#include "server/store/sqlite_store.h"

namespace tier0::cli {
namespace {

std::string short_time(const std::string& time) {
  return time.substr(0, std::min<std::size_t>(time.size(), 19));
}

std::vector<std::string> row_of(const Json& call, const Terminal& terminal) {
  const std::string kind = string_member(call, "kind", string_member(call, "state"));
  return {short_time(string_member(call, "time")),
          string_member(call, "principal"),
          string_member(call, "tool"),
          string_member(call, "effect"),
          terminal.paint(kind == "ok" ? Colour::Green : Colour::Red, kind),
          string_member(call, "summary")};
}

Result<AuditFilter> filter_of(const AuditList& command) {
  AuditFilter filter{.agent = command.agent,
                     .tool = command.tool,
                     .limit = static_cast<std::size_t>(command.limit)};
  if (command.since.empty()) return filter;
  const auto since = parse_time(command.since);
  if (!since)
    return Error{.code = Code::Validation,
                 .message = "--since is no time",
                 .hint = "Write it as 2026-11-22T05:00:00Z."};
  filter.since = *since;
  return filter;
}

}  // namespace

int run(const AuditList& command, const Options& options) {
  const auto filter = filter_of(command);
  if (!filter) return fail_usage(filter.error());
  const auto paths = existing_state(options);
  if (!paths) return fail_usage(paths.error());
  SqliteStore store(paths->store(), SqliteStore::Access::ReadOnly);
  const auto calls = list_audit(store, *filter);
  if (!calls) return fail(calls.error());
  const Terminal terminal(options);
  if (!terminal.for_people()) {
    terminal.print({{"items", *calls}});
    return kDone;
  }
  std::vector<std::vector<std::string>> rows = {
      {"time (UTC)", "who", "tool", "effect", "outcome", "summary"}};
  for (const Json& call : *calls) rows.push_back(row_of(call, terminal));
  terminal.table(rows);
  return kDone;
}

int run(const AuditVerify&, const Options& options) {
  const auto paths = existing_state(options);
  if (!paths) return fail_usage(paths.error());
  SqliteStore store(paths->store(), SqliteStore::Access::ReadOnly);
  const SystemClock clock;
  const auto verdict = verify_audit(store, paths->audit_head(), {}, clock, Cancel{});
  if (!verdict) return fail(verdict.error());
  const Terminal terminal(options);
  Json heads = Json::array();
  for (const ChainHead& head : verdict->heads) heads.push_back(to_json(head));
  Json result = {{"ok", !verdict->fault}, {"rows", verdict->rows}, {"heads", heads}};
  if (verdict->fault)
    result["fault"] = {{"writer", verdict->fault->writer},
                       {"row", verdict->fault->seq},
                       {"why", verdict->fault->why}};
  if (!terminal.for_people())
    terminal.print(result);
  else if (verdict->fault)
    terminal.line(terminal.paint(Colour::Red, "broken") + " at row " +
                  std::to_string(verdict->fault->seq) + ": " + verdict->fault->why);
  else
    terminal.line(terminal.paint(Colour::Green, "whole") + ": " + std::to_string(verdict->rows) +
                  " rows in " + std::to_string(verdict->heads.size()) + " chain(s)");
  return verdict->fault ? kFailed : kDone;
}

}  // namespace tier0::cli
