#include <unistd.h>

#include <iostream>
#include <set>

#include "server/base/text.h"
#include "server/cli/arguments.h"
#include "server/cli/local_door.h"
#include "server/cli/remote_call.h"
#include "server/cli/signals.h"
#include "server/cli/terminal.h"
#include "server/config/load.h"
#include "server/state/hello.h"

namespace tier0::cli {
namespace {

constexpr std::string_view kWaitTool = "wait-for-operation";
constexpr std::chrono::minutes kCallEndsWithin{10};

/// One line on stderr that is written over; only where a person watches.
class TerminalProgress final : public Progress {
 public:
  ~TerminalProgress() override {
    if (shown_) std::cerr << "\r\x1b[K";
  }
  void report(double done, double total, const std::string& message) override {
    if (isatty(STDERR_FILENO) != 1) return;
    std::cerr << "\r\x1b[K" << progress_bar(done, total) << " " << clean_text(message, 60)
              << std::flush;
    shown_ = true;
  }

 private:
  bool shown_ = false;
};

int exit_code(const Json& result) {
  if (result.value("ok", false)) return kDone;
  const std::string kind = string_member(result, "kind");
  if (kind == "policy_denied" || kind == "not_permitted" || kind == "approval_declined")
    return kDenied;
  if (kind == "approval_required") return kWaiting;
  if (kind == "timeout_unknown" || kind == "unknown") return kUnknown;
  return kFailed;
}

/// What a cell shows of a value: the words of a list, the text of an amount.
std::string cell(const Json* value) {
  if (value == nullptr) return "";
  if (value->is_string()) return value->get<std::string>();
  if (value->is_object()) return string_member(*value, "text");
  if (!value->is_array()) return dump_json(*value);
  std::vector<std::string> words;
  for (const Json& word : *value) words.push_back(cell(&word));
  return join(words, ", ");
}

/// One row an item, under the members that any of them has a text for.
void print_items(const Terminal& terminal, const Json& items) {
  std::set<std::string> members;
  for (const Json& item : items)
    for (const auto& [key, value] : item.items())
      if (!cell(&value).empty()) members.insert(key);
  std::vector<std::vector<std::string>> rows = {{members.begin(), members.end()}};
  for (const Json& item : items) {
    std::vector<std::string> row;
    for (const std::string& key : members) row.push_back(cell(find_member(item, key)));
    rows.push_back(std::move(row));
  }
  terminal.table(rows);
}

/// What the answer proposes to call next, as it is typed.
void print_next(const Terminal& terminal, const Json& result) {
  constexpr std::size_t kShown = 400;
  for (const Json& next : result.value("next", Json::array())) {
    std::string line = "next: " + string_member(next, "tool");
    const Json arguments = next.value("arguments", Json::object());
    for (const auto& [name, value] : arguments.items()) line += " " + name + "=" + cell(&value);
    if (const std::string why = string_member(next, "why"); !why.empty()) line += "  (" + why + ")";
    terminal.line(clean_text(line, kShown));
  }
}

void print_result(const Terminal& terminal, const Json& result) {
  if (!terminal.for_people()) {
    terminal.print(result);
    return;
  }
  const bool ok = result.value("ok", false);
  terminal.line(
      terminal.paint(ok ? Colour::Green : Colour::Red, ok ? "ok" : string_member(result, "kind")) +
      "  " + string_member(result, "summary"));
  for (const Json& warning : result.value("warnings", Json::array()))
    terminal.line(terminal.paint(Colour::Yellow, "! ") + warning.get<std::string>());
  if (const std::string hint = string_member(result, "hint"); !hint.empty())
    terminal.line("  " + hint);
  const Json data = result.value("data", Json::object());
  if (const Json* items = find_member(data, "items"); items != nullptr && !items->empty())
    print_items(terminal, *items);
  else if (!data.empty())
    terminal.line(data.dump(2, ' ', false, Json::error_handler_t::replace));
  print_next(terminal, result);
}

/// What the call's answer means for the command: prints it and gives the exit code.
int finish(const Result<Json>& answer, const Call& command, const Options& options) {
  if (!answer) return fail(answer.error());
  if (!answer->value("ok", false)) return fail(parse_error(*answer));
  if (string_member(*answer, "outcome") == "unknown_tool")
    return fail({.code = Code::NotFound,
                 .message = "unknown tool: " + command.tool,
                 .hint = "tier0 tools --agent " + command.agent + " lists what it may use."});
  const Json& result = answer->at("result");
  print_result(Terminal(options), result);
  return exit_code(result);
}

/// An operation that still runs stops with this process, until another one takes it over.
void say_what_is_left(const Json& answer) {
  const Json* result = find_member(answer, "result");
  if (result == nullptr || !result->value("ok", false) ||
      !result->value("changed", Json()).is_null())
    return;
  std::cerr << "tier0: operation " << string_member(*result, "operation_id")
            << " goes on when a tier0 serve starts here, or now with tier0 operations resume\n";
}

Result<Json> call_here(const Call& command, const Options& options, Setup setup,
                       std::unique_ptr<StateDirectory> state, const Json& request,
                       const std::stop_token& stop) {
  T0_TRY(const auto engine,
         Engine::start(options, std::move(setup), std::move(state), command.sandbox));
  T0_TRY(const Principal who, engine->policy()->directory().launched_as(command.agent));
  if (command.tool == kWaitTool) engine->resume_operations();  // nobody else goes on with them
  TerminalProgress progress;
  Json answer = make_call(*engine, who, request, "cli", progress, stop);
  say_what_is_left(answer);
  return answer;
}

Result<Json> request_of(const Call& command, const Setup& setup) {
  const Tool* tool = setup.registry->find(command.tool);
  T0_TRY(Json arguments, parse_arguments(command.args, command.assignments,
                                         tool == nullptr ? Json() : tool->input.definition()));
  return Json{{"op", "call"}, {"tool", command.tool}, {"arguments", std::move(arguments)}};
}

Result<Unit> check_agent(const Call& command, const Setup& setup) {
  T0_TRY(const auto policy, config::make_policy(setup.loaded, *setup.registry));
  if (command.agent.empty())
    return Error{.code = Code::Validation,
                 .message = "call needs --agent",
                 .hint = "One of: " + join(policy->directory().agents(), ", ")};
  T0_CHECK(policy->directory().launched_as(command.agent));
  return Unit{};
}

}  // namespace

int run(const Call& command, const Options& options) {
  Signals::block();
  std::stop_source stop;
  const auto signals = Signals::watch(stop, [] {}, {});
  if (!signals) return fail(signals.error());
  if (!command.url.empty()) return finish(call_remote(command, stop.get_token()), command, options);
  auto setup = prepare(options);
  if (!setup) return fail_usage(setup.error());
  if (auto checked = check_agent(command, *setup); !checked) return fail_usage(checked.error());
  const auto request = request_of(command, *setup);
  if (!request) return fail_usage(request.error());
  auto opened = claim(*setup);
  if (!opened) return fail_usage(opened.error());
  if (std::holds_alternative<OwnedBy>(*opened))
    return finish(
        ask_owner(setup->state, command.agent, *request, kCallEndsWithin, stop.get_token()),
        command, options);
  auto state = std::get<std::unique_ptr<StateDirectory>>(*std::move(opened));
  return finish(
      call_here(command, options, *std::move(setup), std::move(state), *request, stop.get_token()),
      command, options);
}

}  // namespace tier0::cli
