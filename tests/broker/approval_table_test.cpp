// Verdict × who counts × whether the client can ask × what its user says: the broker's whole table.
#include <catch2/catch.hpp>

#include "tests/broker/bench.h"

using namespace tier0;

namespace {

enum class Answer { None, Yes, No, Nothing, YesToAnother };

constexpr std::array kAnswers = {Answer::None, Answer::Yes, Answer::No, Answer::Nothing,
                                 Answer::YesToAnother};

struct TableRow {
  std::string verdict;
  bool client_counts;
  bool can_ask;
  Answer answer;
};

/// What has to come of it, from the contract and not from the code.
std::string expected(const TableRow& row) {
  if (row.verdict == "allow") return "acts";
  const bool is_asked = row.verdict == "ask" && row.client_counts;
  if (!is_asked) return "approval_required";
  switch (row.answer) {
    case Answer::Yes:
      return "acts";
    case Answer::No:
      return "approval_declined";
    case Answer::Nothing:
      return "approval_required";
    case Answer::None:
    case Answer::YesToAnother:
      break;
  }
  return row.can_ask ? "asks" : "approval_required";
}

std::optional<ClientAnswer> answer_of(Answer answer, const std::string& plan,
                                      const std::string& another) {
  switch (answer) {
    case Answer::None:
      return std::nullopt;
    case Answer::Yes:
      return ClientAnswer{plan, ClientAnswer::Said::Yes};
    case Answer::No:
      return ClientAnswer{plan, ClientAnswer::Said::No};
    case Answer::Nothing:
      return ClientAnswer{plan, ClientAnswer::Said::Nothing};
    case Answer::YesToAnother:
      return ClientAnswer{another, ClientAnswer::Said::Yes};
  }
  return std::nullopt;
}

std::string what_came(const Reply& reply) {
  if (std::holds_alternative<AskClient>(reply.outcome)) return "asks";
  const Json result = result_object(reply);
  return result["ok"] == true ? "acts" : string_member(result, "kind");
}

void check_row(const TableRow& row) {
  BrokerBench f;
  const Json approvers = row.client_counts ? Json{"owner", "client"} : Json{"owner"};
  f.grant({profile_with(row.verdict, {{"approvers", approvers}})});
  const std::string plan = f.plan_halt();
  const std::string another = f.plan_halt();

  const Reply reply =
      f.call("executor-codex", kHaltTool, {{"plan_id", plan}},
             {.can_ask = row.can_ask, .answer = answer_of(row.answer, plan, another)});

  INFO(row.verdict << " client counts " << row.client_counts << " can ask " << row.can_ask
                   << " answer " << static_cast<int>(row.answer));
  CHECK(what_came(reply) == expected(row));
  CHECK(f.halts() == (expected(row) == "acts" ? 1 : 0));
}

}  // namespace

TEST_CASE("nothing but a yes of somebody who counts lets an asked call happen",
          "[broker][approval][table]") {
  for (const char* verdict : {"allow", "ask", "out_of_band"})
    for (const bool client_counts : {false, true})
      for (const bool can_ask : {false, true})
        for (const Answer answer : kAnswers) check_row({verdict, client_counts, can_ask, answer});
}
