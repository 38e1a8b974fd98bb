#include <unistd.h>

#include "server/audit/store_audit_log.h"
#include "server/base/text.h"
#include "server/cli/approval_desk.h"
#include "server/cli/setup.h"
#include "server/cli/terminal.h"
#include "server/config/load.h"
#include "server/state/hello.h"
#include "server/store/sqlite_store.h"

namespace tier0::cli {
namespace {

constexpr std::chrono::seconds kOwnerAnswersWithin{30};

/// Without an owner this process is one, for as long as the question takes.
Result<Json> ask_store(const Setup& setup, const StatePaths& paths, const Json& request) {
  const SystemClock clock;
  T0_TRY(const auto policy, config::make_policy(setup.loaded, *setup.registry));
  SqliteStore store(paths.store());
  StoreAuditLog audit(store, paths.audit_head(), clock);
  return ApprovalDesk(store.plans(), audit, clock).answer(request, *policy, getuid(), "cli");
}

/// The desk's answer, or the exit code where there is none (said on stderr).
std::variant<Json, int> ask_desk(const Options& options, const Json& request) {
  const auto setup = prepare(options);
  if (!setup) return fail_usage(setup.error());
  const auto opened = claim(*setup);
  if (!opened) return fail_usage(opened.error());
  const auto* state = std::get_if<std::unique_ptr<StateDirectory>>(&*opened);
  const auto answer = state == nullptr ? ask_owner(setup->state, "", request, kOwnerAnswersWithin)
                                       : ask_store(*setup, (*state)->paths(), request);
  if (!answer) return fail(answer.error());
  if (!answer->value("ok", false)) return fail(parse_error(*answer));
  return *answer;
}

std::string painted_status(const Terminal& terminal, const std::string& status) {
  if (status == "pending") return terminal.paint(Colour::Yellow, status);
  if (status == "approved") return terminal.paint(Colour::Green, status);
  if (status == "denied") return terminal.paint(Colour::Red, status);
  return terminal.paint(Colour::Dim, status);
}

std::string votes_cell(const Json& approval) {
  int yeses = 0;
  for (const Json& vote : approval.at("votes"))
    if (string_member(vote, "answer") == "approve") ++yeses;
  return std::to_string(yeses) + " of " + std::to_string(approval.value("quorum", 1));
}

void print_approval(const Terminal& terminal, const Json& approval) {
  if (!terminal.for_people()) return terminal.print(approval);
  terminal.line(string_member(approval, "text"));
  terminal.line(painted_status(terminal, string_member(approval, "status")) + ", " +
                votes_cell(approval) + " agreed");
  for (const Json& vote : approval.at("votes"))
    terminal.line("  " + string_member(vote, "answer") + "  " + string_member(vote, "person") +
                  "  " + string_member(vote, "at"));
}

/// What the text leaves out. Names in it are a stranger's.
void print_whole_plan(const Terminal& terminal, const Json& approval) {
  const Json whole = {{"arguments", approval.at("arguments")},
                      {"plan", approval.at("plan").value("data", Json::object())}};
  constexpr std::size_t kShown = 64 * 1024;
  terminal.line(clean_text(whole.dump(2, ' ', false, Json::error_handler_t::replace), kShown));
}

int vote(const std::string& plan, bool approve, const Options& options) {
  const auto answer =
      ask_desk(options, {{"op", "approvals-vote"}, {"plan", plan}, {"approve", approve}});
  if (const int* code = std::get_if<int>(&answer)) return *code;
  print_approval(Terminal(options), std::get<Json>(answer).at("approval"));
  return kDone;
}

}  // namespace

int run(const ApprovalsList&, const Options& options) {
  const auto answer = ask_desk(options, {{"op", "approvals-list"}});
  if (const int* code = std::get_if<int>(&answer)) return *code;
  const Json& items = std::get<Json>(answer).at("items");
  const Terminal terminal(options);
  if (!terminal.for_people()) {
    terminal.print({{"items", items}});
    return kDone;
  }
  std::vector<std::vector<std::string>> rows = {
      {"plan", "who", "tool", "status", "agreed", "until (UTC)"}};
  for (const Json& item : items)
    rows.push_back({string_member(item, "plan_id"), string_member(item, "principal"),
                    string_member(item, "tool"),
                    painted_status(terminal, string_member(item, "status")), votes_cell(item),
                    string_member(item, "expires").substr(0, 19)});
  terminal.table(rows);
  return kDone;
}

int run(const ApprovalsShow& command, const Options& options) {
  const auto answer = ask_desk(options, {{"op", "approvals-show"}, {"plan", command.plan}});
  if (const int* code = std::get_if<int>(&answer)) return *code;
  const Json& approval = std::get<Json>(answer).at("approval");
  const Terminal terminal(options);
  print_approval(terminal, approval);
  if (terminal.for_people()) print_whole_plan(terminal, approval);
  return kDone;
}

int run(const ApprovalsApprove& command, const Options& options) {
  return vote(command.plan, true, options);
}

int run(const ApprovalsDeny& command, const Options& options) {
  return vote(command.plan, false, options);
}

}  // namespace tier0::cli
