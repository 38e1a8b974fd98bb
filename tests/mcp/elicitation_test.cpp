// A tool that changes something only if a person says so, and every answer that is not a yes, in
// each revision that can ask.
#include <catch2/catch.hpp>

#include "server/mcp/envelope.h"
#include "tests/mcp/change_service.h"
#include "tests/mcp/harness.h"

using namespace tier0;
using namespace tier0::mcp;

namespace {

const Json kForm = {{"elicitation", Json::object()}};
const Json kYes = {{"action", "accept"}, {"content", {{"ok", true}}}};

std::string text_of(const Json& message) {
  return message.at("result").at("content").at(0).at("text");
}

/// One call of `change` by a client that can be asked, up to the question.
class Asked {
 public:
  Asked(Harness& harness, const std::string& version) : harness_(harness) {
    if (version == "2026-07-28") {
      const Json result = retry(Json::object())->body().at("result");
      REQUIRE(result.at("resultType") == "input_required");
      state_ = result.at("requestState");
      return;
    }
    session_ = harness_.open_session(version, kForm);
    call_ = harness_.call_in(session_, 1, "change");
    // Where there is one, the first event only primes the stream.
    question_at_ = version == "2025-11-25" ? 1 : 0;
    question_ = call_->message(question_at_);
    REQUIRE(question_.at("method") == "elicitation/create");
  }

  bool is_modern() const { return session_.empty(); }
  const std::string& session() const { return session_; }
  const std::string& state() const { return state_; }
  const Json& question_id() const { return question_.at("id"); }

  /// The call once more, with an answer.
  Harness::Reply retry(const Json& responses) const {
    Json params = {{"name", "change"}, {"_meta", {{kMetaCapabilities.data(), kForm}}}};
    if (!responses.empty()) params["inputResponses"] = responses;
    if (!state_.empty()) params["requestState"] = state_;
    return harness_.modern(2, "tools/call", params);
  }
  void respond(Json response) const {
    response["jsonrpc"] = "2.0";
    response["id"] = question_id();
    CHECK(harness_.in_session(session_, response)->status() == 202);
  }
  /// Message number `index` after the question.
  Json after(std::size_t index) const { return call_->message(question_at_ + 1 + index); }

  /// How the call ends if the client answers so.
  std::string ends(const Json& answer) const {
    if (is_modern()) return text_of(retry({{"approval", answer}})->body());
    respond({{"result", answer}});
    return text_of(after(0));
  }

 private:
  Harness& harness_;
  std::string session_;
  std::string state_;
  Harness::Reply call_;
  std::size_t question_at_ = 0;
  Json question_;
};

const char* any_asking_revision() {
  return GENERATE("2025-06-18", "2025-11-25", "2026-07-28");
}

}  // namespace

TEST_CASE("a plain yes changes it once, in every revision that asks", "[mcp][elicitation]") {
  ChangeService service;
  Harness harness(service);
  const Asked asked(harness, any_asking_revision());
  const Json content = GENERATE(Json({{"ok", true}}), Json({{"ok", true}, {"reason", "repair"}}),
                                Json({{"ok", true}, {"unknown", 1}}));

  CHECK(asked.ends({{"action", "accept"}, {"content", content}}) == "changed");

  CHECK(service.changes() == 1);
}

TEST_CASE("an answer that is no plain yes changes nothing, in every revision that asks",
          "[mcp][elicitation]") {
  struct Row {
    const char* answer;
    const char* end;
  };
  const Row rows[] = {
      {R"({"action":"decline"})", "declined"},
      {R"({"action":"decline","content":{"ok":true}})", "declined"},
      {R"({"action":"cancel"})", "no decision"},
      {R"({"action":"cancel","content":{"ok":true}})", "no decision"},
      {R"({"action":"accept","content":{"ok":false}})", "declined"},
      {R"({"action":"accept","content":{"ok":"true"}})", "no decision"},
      {R"({"action":"accept","content":{"ok":1}})", "no decision"},
      {R"({"action":"accept","content":{"ok":true,"reason":"fun"}})", "no decision"},
      {R"({"action":"accept","content":{"reason":"drill"}})", "no decision"},
      {R"({"action":"accept","content":[true]})", "no decision"},
      {R"({"action":"accept"})", "no decision"}};
  const char* version = any_asking_revision();
  for (const Row& row : rows) {
    INFO(version << ": " << row.answer);
    ChangeService service;
    Harness harness(service);

    CHECK(Asked(harness, version).ends(Json::parse(row.answer)) == row.end);

    CHECK(service.changes() == 0);
  }
}

TEST_CASE("an answer that is none at all changes nothing", "[mcp][elicitation]") {
  ChangeService service;
  Harness harness(service);
  const Asked asked(harness, any_asking_revision());
  const Json answer = GENERATE(Json::object(), Json({{"action", "yes"}}), Json({{"ok", true}}),
                               Json({{"action", true}, {"content", {{"ok", true}}}}));

  // A legacy client is asked by us, so we know that nobody answered; a modern one came back itself.
  CHECK(asked.ends(answer) == (asked.is_modern() ? "no decision" : "queued"));

  CHECK(service.changes() == 0);
}

TEST_CASE("a client that cannot show the form leaves it to the queue", "[mcp][elicitation]") {
  ChangeService service;
  Harness harness(service);
  const Asked asked(harness, GENERATE("2025-06-18", "2025-11-25"));

  asked.respond({{"error", {{"code", -32601}, {"message", "no such method"}}}});

  CHECK(text_of(asked.after(0)) == "queued");
  CHECK(service.changes() == 0);
}

TEST_CASE("a question is held for 45 seconds, then the handler ends the call",
          "[mcp][elicitation]") {
  CHECK(Options{}.input_timeout == std::chrono::seconds(45));
  ChangeService service;
  Harness harness(service, {.input_timeout = std::chrono::milliseconds(50)});
  const Asked asked(harness, GENERATE("2025-06-18", "2025-11-25"));

  const Json withdrawn = asked.after(0);

  CHECK(withdrawn.at("method") == "notifications/cancelled");
  CHECK(withdrawn.at("params").at("requestId") == asked.question_id());
  CHECK(text_of(asked.after(1)) == "queued");
  // Too late.
  asked.respond({{"result", kYes}});
  CHECK(service.changes() == 0);
}

TEST_CASE("questions that are held hold no thread", "[mcp][elicitation]") {
  ChangeService service;
  Harness harness(service, {}, 1);
  std::vector<Asked> held;
  for (int i = 0; i < 20; ++i) held.emplace_back(harness, "2025-11-25");

  CHECK(held.back().ends(kYes) == "changed");
  CHECK(held.front().ends(kYes) == "changed");

  CHECK(service.changes() == 2);
}

TEST_CASE("a handler knows beforehand that a client cannot be asked", "[mcp][elicitation]") {
  struct Row {
    const char* version;
    const char* capabilities;
  };
  const Row rows[] = {{"2024-11-05", R"({"elicitation":{}})"},
                      {"2025-03-26", R"({"elicitation":{}})"},
                      {"2025-06-18", R"({})"},
                      {"2025-06-18", R"({"elicitation":null})"},
                      {"2025-11-25", R"({"sampling":{}})"},
                      {"2025-11-25", R"({"elicitation":{"url":{}}})"}};
  ChangeService service;
  Harness harness(service);
  for (const Row& row : rows) {
    INFO(row.version << ' ' << row.capabilities);
    const std::string session = harness.open_session(row.version, Json::parse(row.capabilities));
    CHECK(text_of(harness.call_in(session, 1, "change")->body()) == "queued");
  }
  for (const char* capabilities :
       {R"({})", R"({"elicitation":{"url":{}}})", R"({"elicitation":1})"}) {
    INFO("2026-07-28 " << capabilities);
    const auto reply =
        harness.call_modern(1, "change", {{kMetaCapabilities.data(), Json::parse(capabilities)}});
    CHECK(text_of(reply->body()) == "queued");
  }
  CHECK(service.changes() == 0);
}

TEST_CASE("a client without a way to it, or that is not ready, cannot be asked",
          "[mcp][elicitation]") {
  ChangeService service;
  Harness harness(service);
  const std::string session = harness.open_session("2025-11-25", kForm);

  const auto json_only =
      harness.call_in(session, 1, "change", Json::object(), {{"Accept", "application/json"}});
  const auto unready = harness.post(
      dump_json({{"jsonrpc", "2.0"},
                 {"id", 0},
                 {"method", "initialize"},
                 {"params", {{"protocolVersion", "2025-11-25"}, {"capabilities", kForm}}}}));
  const auto early = harness.call_in(unready->header("Mcp-Session-Id"), 1, "change");

  CHECK(text_of(json_only->body()) == "queued");
  CHECK(text_of(early->body()) == "queued");
}

TEST_CASE("another session cannot answer a question", "[mcp][elicitation]") {
  ChangeService service;
  Harness harness(service);
  const Asked asked(harness, "2025-06-18");
  const std::string other = harness.open_session("2025-06-18", kForm);

  const auto reply = harness.in_session(
      other, {{"jsonrpc", "2.0"}, {"id", asked.question_id()}, {"result", kYes}});

  CHECK(reply->status() == 202);
  CHECK(asked.ends({{"action", "decline"}}) == "declined");
  CHECK(service.changes() == 0);
}
