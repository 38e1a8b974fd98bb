// Revision × what the client can ask × what its user answers, over the wire: every path that is not
// a person's yes changes nothing.
#include "tests/service/wire.h"

using namespace tier0;

namespace {

struct RevisionRow {
  const char* name;
  bool can_ask;
};
constexpr RevisionRow kRevisions[] = {{"2024-11-05", false},
                                      {"2025-03-26", false},
                                      {"2025-06-18", true},
                                      {"2025-11-25", true},
                                      {"2026-07-28", true}};

struct CapabilityRow {
  const char* json;
  bool has_form;
};
constexpr CapabilityRow kCapabilities[] = {{R"({})", false},
                                           {R"({"elicitation":{}})", true},
                                           {R"({"elicitation":{"form":{}}})", true},
                                           {R"({"sampling":{},"roots":{}})", false}};

struct AnswerRow {
  const char* json;
  const char* end;  // of a call whose user is asked
};
constexpr AnswerRow kAnswerRows[] = {
    {R"({"result":{"action":"accept","content":{"approve":true}}})", "acts"},
    {R"({"result":{"action":"accept","content":{"approve":false}}})", "approval_declined"},
    {R"({"result":{"action":"accept","content":{"approve":"true"}}})", "approval_required"},
    {R"({"result":{"action":"accept","content":{"approve":1}}})", "approval_required"},
    {R"({"result":{"action":"accept","content":{"yes":true}}})", "approval_required"},
    {R"({"result":{"action":"accept"}})", "approval_required"},
    {R"({"result":{"action":"decline"}})", "approval_declined"},
    {R"({"result":{"action":"decline","content":{"approve":true}}})", "approval_declined"},
    {R"({"result":{"action":"cancel"}})", "approval_required"},
    {R"({"result":{"action":"cancel","content":{"approve":true}}})", "approval_required"},
    {R"({"result":{"action":"approve","content":{"approve":true}}})", "approval_required"},
    {R"({"result":{}})", "approval_required"}};

std::string end_of(const std::string& text) {
  const std::string mark = "\"kind\":\"";
  const std::size_t at = text.find(mark);
  if (at == std::string::npos) return "acts";
  return text.substr(at + mark.size(), text.find('"', at + mark.size()) - at - mark.size());
}

/// One call in a world where the VM runs; how it ended, having checked that it did what it said.
std::string end_of_row(WireBench& bench, WireClient& client, const Json& answer) {
  bench.f.hosting.change(
      [&](FakeWorld& world) { world.machines[bench.f.shop].vps.state = VpsState::Running; });
  const std::size_t before = bench.f.halts();
  const std::string end = end_of(client.apply(bench.f.plan_halt(), answer));
  CHECK(bench.f.halts() - before == (end == "acts" ? 1 : 0));
  return end;
}

}  // namespace

TEST_CASE("over the wire nothing but a yes to the question that was asked acts",
          "[service][approval][table]") {
  WireBench bench({"owner", "client"});
  for (const RevisionRow& revision : kRevisions)
    for (const CapabilityRow& capability : kCapabilities)
      for (const AnswerRow& answer : kAnswerRows) {
        INFO(revision.name << " " << capability.json << " " << answer.json);
        WireClient client(bench, revision.name, Json::parse(capability.json));
        const bool is_asked = revision.can_ask && capability.has_form;

        const std::string end = end_of_row(bench, client, Json::parse(answer.json));

        CHECK(client.was_asked() == is_asked);
        CHECK(end == (is_asked ? answer.end : "approval_required"));
      }
}

TEST_CASE("a client whose user never answers is told what waits", "[service][approval]") {
  const std::string revision = GENERATE("2025-06-18", "2025-11-25");
  WireBench bench({"owner", "client"}, {.input_timeout = std::chrono::milliseconds(100)});
  WireClient client(bench, revision, {{"elicitation", Json::object()}});

  CHECK(end_of_row(bench, client, nullptr) == "approval_required");
  CHECK(client.was_asked());
}

TEST_CASE("a client that goes while its user is asked leaves the plan in the queue",
          "[service][approval]") {
  WireBench bench({"owner", "client"});
  const std::string plan = bench.f.plan_halt();
  {
    WireClient client(bench, "2025-11-25", {{"elicitation", Json::object()}});
    client.ask_and_go(plan);
  }

  const auto row = bench.f.store.plans().approval(plan);

  REQUIRE((row && *row));
  CHECK((*row)->status == ApprovalRow::Status::Pending);
  CHECK(bench.f.halts() == 0);
  REQUIRE(bench.f.says("owner", plan, true));
  CHECK(bench.f.halt({{"plan_id", plan}})["changed"] == true);
}

TEST_CASE("a yes to one plan is none to another", "[service][approval]") {
  WireBench bench({"owner", "client"});
  const std::string shown = bench.f.plan_halt();
  const std::string other = bench.f.plan_halt();
  WireClient client(bench, "2026-07-28", {{"elicitation", Json::object()}});

  const Json answer = client.swap(shown, other);

  INFO(answer);
  CHECK((answer.contains("error") || answer["result"]["resultType"] == "input_required"));
  CHECK(bench.f.halts() == 0);
}

TEST_CASE("a client that answers the question with an error has decided nothing",
          "[service][approval]") {
  const std::string revision = GENERATE("2025-06-18", "2025-11-25");
  WireBench bench({"owner", "client"});
  WireClient client(bench, revision, {{"elicitation", Json::object()}});

  const Json answer = {{"error", {{"code", -32603}, {"message", "no window"}}}};

  CHECK(end_of_row(bench, client, answer) == "approval_required");
  CHECK(client.was_asked());
}

TEST_CASE("the user of a client that does not count is not asked", "[service][approval]") {
  const std::string revision = GENERATE("2025-11-25", "2026-07-28");
  WireBench bench(std::vector<std::string>{"owner"});
  WireClient client(bench, revision, {{"elicitation", Json::object()}});

  const Json yes = {{"result", {{"action", "accept"}, {"content", {{"approve", true}}}}}};

  CHECK(end_of_row(bench, client, yes) == "approval_required");
  CHECK(!client.was_asked());
}
