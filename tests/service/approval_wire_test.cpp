// Revision × what the client can ask × what its user answers, over the wire: every path that is not
// a person's yes changes nothing.
#include <catch2/catch.hpp>
#include <deque>

#include "server/base/worker_pool.h"
#include "server/mcp/endpoint.h"
#include "server/service/product.h"
#include "tests/broker/bench.h"

using namespace tier0;

namespace {

/// What a client on lines was sent. Thread-safe.
class Inbox final : public mcp::LineSink {
 public:
  bool send(mcp::Event event) override {
    const MutexLock lock(mutex_);
    lines_.push_back(std::move(event.bytes));
    arrived_.notify_all();
    return true;
  }
  Json next() {
    MutexLock lock(mutex_);
    REQUIRE(arrived_.wait_for(mutex_, std::chrono::seconds(20),
                              [this]() REQUIRES(mutex_) { return !lines_.empty(); }));
    const Json message = Json::parse(lines_.front());
    lines_.pop_front();
    return message;
  }

 private:
  Mutex mutex_;
  ConditionVariable arrived_;
  std::deque<std::string> lines_ GUARDED_BY(mutex_);
};

/// The product with an agent whose dangerous calls need a yes of its client's user.
struct WireBench {
  explicit WireBench(const std::vector<std::string>& approvers, mcp::Options options = {})
      : endpoint(product, *pool, f.clock, std::move(options)) {
    f.grant({profile_with("ask", {{"approvers", approvers}})});
  }
  ~WireBench() {
    endpoint.shutdown();
    pool.reset();
    f.operations.shutdown();
  }

  BrokerBench f;
  Product product{f.broker, f.replies, f.clock};
  std::optional<WorkerPool> pool{std::in_place, 2, 16};
  mcp::Endpoint endpoint;
};

/// One connected client of a revision with these capabilities.
class WireClient {
 public:
  WireClient(WireBench& bench, std::string revision, Json capabilities)
      : revision_(std::move(revision)),
        capabilities_(std::move(capabilities)),
        peer_(bench.endpoint.connect(
            make_caller({.id = "executor-codex"}, "stdio", std::make_shared<const Exposure>()),
            inbox_)) {
    if (is_modern()) return;
    send({{"id", 1},
          {"method", "initialize"},
          {"params",
           {{"protocolVersion", revision_},
            {"capabilities", capabilities_},
            {"clientInfo", {{"name", "t"}, {"version", "1"}}}}}});
    REQUIRE(inbox_->next()["result"]["protocolVersion"] == revision_);
    send({{"method", "notifications/initialized"}});
  }

  /// Applies the plan; `answer` ({result} or {error}) is what its user says if they are asked. The
  /// text of the result.
  std::string apply(const std::string& plan, const Json& answer) {
    return is_modern() ? apply_modern(plan, answer) : apply_legacy(plan, answer);
  }
  bool was_asked() const { return was_asked_; }

  /// Begins to apply the plan and is gone when the question comes.
  void ask_and_go(const std::string& plan) {
    send({{"id", 2},
          {"method", "tools/call"},
          {"params", {{"name", kHaltTool}, {"arguments", {{"plan_id", plan}}}}}});
    while (inbox_->next().value("method", "") != "elicitation/create") continue;
    peer_->close();
  }
  /// The yes to the question about one plan, with the arguments of another.
  Json swap(const std::string& shown, const std::string& other) {
    const Json first = call_modern(shown, Json::object());
    const Json yes = {{"action", "accept"}, {"content", {{"approve", true}}}};
    return call_modern(other, {{"requestState", first["result"]["requestState"]},
                               {"inputResponses", {{"approval", yes}}}});
  }

 private:
  bool is_modern() const { return revision_ == "2026-07-28"; }
  void send(Json message) {
    message["jsonrpc"] = "2.0";
    peer_->receive(dump_json(message));
  }
  static std::string text_of(const Json& message) {
    INFO(message);
    REQUIRE(message.contains("result"));
    return message["result"]["content"][0]["text"].get<std::string>();
  }

  std::string apply_legacy(const std::string& plan, const Json& answer) {
    send({{"id", 2},
          {"method", "tools/call"},
          {"params", {{"name", kHaltTool}, {"arguments", {{"plan_id", plan}}}}}});
    for (;;) {
      const Json message = inbox_->next();
      if (message.value("method", "") == "elicitation/create") {
        was_asked_ = true;
        if (answer.is_null()) continue;
        Json response = answer;
        response["id"] = message["id"];
        send(std::move(response));
      } else if (message.value("id", Json()) == 2 && !message.contains("method")) {
        return text_of(message);
      }
    }
  }

  Json call_modern(const std::string& plan, const Json& more) {
    Json params = {{"name", kHaltTool},
                   {"arguments", {{"plan_id", plan}}},
                   {"_meta",
                    {{"io.modelcontextprotocol/protocolVersion", revision_},
                     {"io.modelcontextprotocol/clientCapabilities", capabilities_}}}};
    params.update(more);
    send({{"id", ++last_}, {"method", "tools/call"}, {"params", std::move(params)}});
    return inbox_->next();
  }
  std::string apply_modern(const std::string& plan, const Json& answer) {
    const Json first = call_modern(plan, Json::object());
    const Json said = answer.value("result", Json::object());
    // One that was not asked says it all the same.
    if (first["result"]["resultType"] != "input_required")
      return text_of(call_modern(plan, {{"inputResponses", {{"approval", said}}}}));
    was_asked_ = true;
    return text_of(call_modern(plan, {{"requestState", first["result"]["requestState"]},
                                      {"inputResponses", {{"approval", said}}}}));
  }

  const std::string revision_;
  const Json capabilities_;
  const std::shared_ptr<Inbox> inbox_ = std::make_shared<Inbox>();
  const std::unique_ptr<mcp::Peer> peer_;
  bool was_asked_ = false;
  int last_ = 10;
};

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
