// What operations run or ran, read from the store: no owner of the state directory is needed.
#include <iostream>

#include "server/cli/setup.h"
#include "server/cli/terminal.h"
#include "server/operation/outcome.h"
#include "server/store/sqlite_store.h"
#include "tool_handlers.gen.h"

namespace tier0::cli {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{300};

std::string time_cell(WallTime time) {
  return format_time(time).substr(0, 19);
}

Colour colour_of(OperationStatus status) {
  switch (status) {
    case OperationStatus::Done:
      return Colour::Green;
    case OperationStatus::Running:
      return Colour::Plain;
    case OperationStatus::Abandoned:
    case OperationStatus::Unknown:
      return Colour::Yellow;
    case OperationStatus::Failed:
    case OperationStatus::Partial:
      return Colour::Red;
  }
  return Colour::Plain;
}

int exit_of(OperationStatus status) {
  if (status == OperationStatus::Done || status == OperationStatus::Running) return kDone;
  return status == OperationStatus::Unknown ? kUnknown : kFailed;
}

std::string progress_of(const OperationSnapshot& operation) {
  if (operation.steps == 0) return "";
  std::string text = std::to_string(std::min(operation.step, operation.steps)) + "/" +
                     std::to_string(operation.steps);
  if (operation.status == OperationStatus::Running && !operation.step_name.empty())
    text += (operation.is_undoing ? " undoing " : " ") + operation.step_name;
  return text;
}

Json json_of(const OperationSnapshot& operation) {
  Json json = {{"operation_id", operation.id},
               {"tool", operation.tool},
               {"principal", operation.principal},
               {"status", to_string(operation.status)},
               {"step", operation.step},
               {"steps", operation.steps},
               {"step_name", operation.step_name},
               {"undoing", operation.is_undoing},
               {"created", format_time(operation.created)},
               {"updated", format_time(operation.updated)},
               {"summary", operation.output.summary}};
  if (operation.output.changed) json["changed"] = *operation.output.changed;
  if (!operation.plan.empty()) json["plan_id"] = operation.plan;
  if (operation.error)
    json["error"] = {{"kind", to_string(operation.error->code)},
                     {"message", operation.error->message},
                     {"hint", operation.error->hint}};
  return json;
}

Json json_of(const JournalRow& line) {
  auto detail = parse_json(line.detail);
  return {{"seq", line.seq},
          {"time", format_time(line.time)},
          {"step", line.step},
          {"event", line.event},
          {"detail", detail ? *detail : Json::object()}};
}

/// The store of a state directory, and the names of the steps.
struct OperationsReader {
  SqliteStore store;
  Registry registry;

  static Result<std::unique_ptr<OperationsReader>> open(const Options& options) {
    T0_TRY(const StatePaths paths, existing_state(options));
    T0_TRY(Registry registry, Registry::build(tools::table()));
    return std::make_unique<OperationsReader>(paths.store(), std::move(registry));
  }
  OperationsReader(const std::filesystem::path& file, Registry built)
      : store(file, SqliteStore::Access::ReadOnly), registry(std::move(built)) {}

  OperationSnapshot snapshot(const OperationRow& row) const {
    return snapshot_of(row, registry.find(row.tool));
  }
  Result<OperationSnapshot> find(const std::string& id) {
    T0_TRY(const auto row, store.operations().operation(id));
    if (!row) return no_such_operation(id);
    return snapshot(*row);
  }
};

void print_for_people(const Terminal& terminal, const OperationSnapshot& operation,
                      const std::vector<JournalRow>& journal) {
  terminal.line(
      terminal.paint(colour_of(operation.status), std::string(to_string(operation.status))) + "  " +
      operation.tool + "  " + operation.principal + "  " + progress_of(operation));
  if (!operation.output.summary.empty()) terminal.line(operation.output.summary);
  if (operation.error) {
    terminal.line(terminal.paint(Colour::Red, std::string(to_string(operation.error->code))) +
                  "  " + operation.error->message);
    if (!operation.error->hint.empty()) terminal.line("  " + operation.error->hint);
  }
  if (journal.empty()) return;
  std::vector<std::vector<std::string>> rows = {{"time (UTC)", "step", "event", "detail"}};
  for (const JournalRow& line : journal)
    rows.push_back({time_cell(line.time), line.step, line.event,
                    line.detail == "{}" ? std::string() : line.detail});
  terminal.table(rows);
}

/// One line that is written over on a terminal; a line of JSON for each change elsewhere.
class Watch {
 public:
  explicit Watch(const Options& options) : terminal_(options) {}
  ~Watch() {
    if (terminal_.for_people()) std::cout << "\r\x1b[K" << std::flush;
  }

  void show(const OperationSnapshot& operation) {
    Json now = json_of(operation);
    if (now == last_) return;
    last_ = std::move(now);
    if (!terminal_.for_people()) {
      terminal_.print(last_);
      std::cout << std::flush;
      return;
    }
    std::cout << "\r\x1b[K" << progress_bar(operation.step, std::max(operation.steps, 1)) << " "
              << operation.tool << " " << progress_of(operation) << std::flush;
  }

 private:
  const Terminal terminal_;
  Json last_;
};

}  // namespace

int run(const OperationsList& command, const Options& options) {
  auto reader = OperationsReader::open(options);
  if (!reader) return fail_usage(reader.error());
  constexpr std::size_t kAll = 100'000;
  const auto limit = static_cast<std::size_t>(command.limit);
  const auto rows = (*reader)->store.operations().operations(
      command.agent.empty() ? "" : "agent:" + command.agent, command.status.empty() ? limit : kAll);
  if (!rows) return fail(rows.error());
  const Terminal terminal(options);
  Json items = Json::array();
  std::vector<std::vector<std::string>> table = {
      {"operation", "started (UTC)", "who", "tool", "status", "steps"}};
  for (const OperationRow& row : *rows) {
    if (!command.status.empty() && to_string(row.status) != command.status) continue;
    if (items.size() >= limit) break;
    const OperationSnapshot operation = (*reader)->snapshot(row);
    items.push_back(json_of(operation));
    table.push_back({operation.id, time_cell(operation.created), operation.principal,
                     operation.tool,
                     terminal.paint(colour_of(row.status), std::string(to_string(row.status))),
                     progress_of(operation)});
  }
  if (terminal.for_people())
    terminal.table(table);
  else
    terminal.print({{"items", std::move(items)}});
  return kDone;
}

int run(const OperationsShow& command, const Options& options) {
  auto reader = OperationsReader::open(options);
  if (!reader) return fail_usage(reader.error());
  const auto operation = (*reader)->find(command.id);
  if (!operation) return fail(operation.error());
  const auto journal = (*reader)->store.operations().journal(command.id);
  if (!journal) return fail(journal.error());
  const Terminal terminal(options);
  if (terminal.for_people()) {
    print_for_people(terminal, *operation, *journal);
    return kDone;
  }
  Json json = json_of(*operation);
  json["journal"] = Json::array();
  for (const JournalRow& line : *journal) json["journal"].push_back(json_of(line));
  terminal.print(json);
  return kDone;
}

int run(const OperationsWatch& command, const Options& options) {
  auto reader = OperationsReader::open(options);
  if (!reader) return fail_usage(reader.error());
  const SystemClock clock;
  std::optional<OperationSnapshot> end;
  {
    Watch watch(options);
    while (!end) {
      auto operation = (*reader)->find(command.id);
      if (!operation) return fail(operation.error());
      watch.show(*operation);
      if (operation->has_ended())
        end = *std::move(operation);
      else
        clock.wait_until(clock.now() + kBetweenLooks, {});
    }
  }
  if (const Terminal terminal(options); terminal.for_people()) print_for_people(terminal, *end, {});
  return exit_of(end->status);
}

}  // namespace tier0::cli
