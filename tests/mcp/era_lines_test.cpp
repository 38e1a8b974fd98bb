// Which era a line is of and what is wrong with it: each row of the decision for pipes, for a
// connection that has said nothing yet, and for one that is initialized.
#include <catch2/catch.hpp>

#include "tests/mcp/era_rows.h"

using namespace tier0;
using namespace tier0::mcp;

namespace {

constexpr int kResult = 0;
constexpr int kSilence = 1;

struct Line {
  const char* what;
  std::string text;
  int answer;  // kResult, kSilence or the code of the error
};

/// A client on lines that reads what each of them is answered.
class Pipe {
 public:
  explicit Pipe(Harness& harness) : peer_(harness.endpoint().connect({.name = "a"}, sink_)) {}

  void initialize(const char* version) {
    say(legacy("initialize", R"({"protocolVersion":")" + std::string(version) + "\"}"));
    CHECK(hear()["result"]["protocolVersion"] == version);
  }
  void say(const std::string& line) { peer_->receive(line); }
  Json hear() { return sink_->message(heard_++); }

  void play(const std::vector<Line>& lines) {
    for (const Line& line : lines) {
      INFO(line.what << ": " << line.text);
      say(line.text);
      if (line.answer == kSilence) {
        expect_silence();
        continue;
      }
      const Json heard = hear();
      INFO("heard " << dump_json(heard));
      if (line.answer == kResult) CHECK(heard.contains("result"));
      if (line.answer != kResult) CHECK(heard["error"]["code"] == line.answer);
    }
  }

 private:
  /// The next thing that comes is the answer to what is asked next.
  void expect_silence() {
    say(R"({"jsonrpc":"2.0","id":"are you there","method":"ping"})");
    CHECK(hear()["id"] == "are you there");
  }

  std::shared_ptr<RecordingSink> sink_ = std::make_shared<RecordingSink>();
  std::unique_ptr<Peer> peer_;
  std::size_t heard_ = 0;
};

std::string cancelled(const std::string& params) {
  return R"({"jsonrpc":"2.0","method":"notifications/cancelled")" + params + "}";
}

const std::string kPingBatch = R"([{"jsonrpc":"2.0","id":1,"method":"ping"}])";
const std::string kNobodyWaits = R"({"jsonrpc":"2.0","id":"s-1","result":{}})";

std::vector<Line> in_any_state() {
  return {
      {"1: empty", "", kSilence},
      {"1: blanks", " \t\r", kSilence},
      {"2: no JSON", "{", -32700},
      {"2: a key twice", R"({"jsonrpc":"2.0","id":1,"id":1,"method":"ping"})", -32700},
      {"2: too deep", std::string(100, '['), -32700},
      {"2: two texts", "{} {}", -32700},
      {"3: empty", "[]", -32600},
      {"3: with a claim", "[" + request("tools/list", claim()) + "]", -32600},
      {"no message", "{}", -32600},
      {"no id", R"({"jsonrpc":"2.0","id":null,"method":"ping"})", -32600},
      {"4: nobody waits", kNobodyWaits, kSilence},
      {"4: with an id of ours that is a number", R"({"jsonrpc":"2.0","id":1,"result":{}})",
       kSilence},
      {"4: an error that has no id", R"({"jsonrpc":"2.0","id":null,"error":{}})", kSilence},
      {"5: unknown", cancelled(R"(,"params":{"requestId":99})"), kSilence},
      {"5: without an id", cancelled(R"(,"params":{})"), kSilence},
      {"5: without params", cancelled(""), kSilence},
      {"5: an id that is none", cancelled(R"(,"params":{"requestId":{"a":[1]}})"), kSilence},
      {"5: a null id", cancelled(R"(,"params":{"requestId":null})"), kSilence},
      {"an unknown notification", R"({"jsonrpc":"2.0","method":"x"})", kSilence},
      {"a request without an id", R"({"jsonrpc":"2.0","method":"tools/list"})", kSilence},
      {"6: half a claim", request("tools/list", claim(R"("2026-07-28")", "")), -32602},
      {"6: a claim of no string", request("tools/list", claim("null")), -32602},
      {"6: an unknown revision", request("tools/list", claim(R"("v999.0.0")")), -32022},
      {"6: a revision with a handshake", request("tools/list", claim(R"("2025-11-25")")), -32022},
      {"6: an unknown method", request("no/such", claim()), -32601},
      {"6: a removed method", request("ping", claim()), -32601},
      {"6: initialize with a claim", request("initialize", claim()), -32601},
      {"6: what the client does not declare",
       request("tools/call", claim(), R"("name":"test_sampling","arguments":{},)"), -32021},
      {"6: discover", request("server/discover", claim()), kResult},
      {"6: a list", request("tools/list", claim()), kResult},
      {"6: a call", request("tools/call", claim(), R"("name":"test_simple_text",)"), kResult},
      {"8: ping", legacy("ping"), kResult},
      {"9: discover without a claim", legacy("server/discover"), -32602}};
}

}  // namespace

TEST_CASE("a line is judged by its row, before initialize", "[mcp][era][lines]") {
  Harness harness;
  Pipe pipe(harness);

  pipe.play(in_any_state());
  pipe.play(
      {{"3: no batches yet", kPingBatch, -32600},
       {"initialized is no request", R"({"jsonrpc":"2.0","method":"notifications/initialized"})",
        kSilence},
       {"10: a list", legacy("tools/list"), -32600},
       {"10: a call", legacy("tools/call", R"({"name":"test_simple_text"})"), -32600},
       {"10: an unknown method", legacy("no/such"), -32600},
       {"7: initialize", legacy("initialize", R"({"protocolVersion":"2025-06-18"})"), kResult},
       {"11: a list", legacy("tools/list"), kResult}});
}

TEST_CASE("a line is judged by its row, after initialize", "[mcp][era][lines]") {
  Harness harness;
  Pipe pipe(harness);
  pipe.initialize(GENERATE("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"));

  pipe.play(in_any_state());
  pipe.play(
      {{"7: initialize again", legacy("initialize", R"({"protocolVersion":"2025-11-25"})"), -32600},
       {"11: before it says that it is ready", legacy("tools/list"), kResult},
       {"ready", R"({"jsonrpc":"2.0","method":"notifications/initialized"})", kSilence},
       {"ready again", R"({"jsonrpc":"2.0","method":"notifications/initialized"})", kSilence},
       {"11: a list", legacy("tools/list"), kResult},
       {"11: a call", legacy("tools/call", R"({"name":"test_simple_text"})"), kResult},
       {"11: an unknown method", legacy("no/such"), -32601},
       {"11: a later method", legacy("subscriptions/listen"), -32601}});
}

TEST_CASE("row 3: lines are batched in one revision only", "[mcp][era][lines]") {
  const char* version = GENERATE("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25");
  Harness harness;
  Pipe pipe(harness);
  pipe.initialize(version);

  pipe.say(kPingBatch);

  const Json heard = pipe.hear();
  CHECK(heard.is_array() == (std::string(version) == "2025-03-26"));
  if (!heard.is_array()) CHECK(heard["error"]["code"] == -32600);
}

TEST_CASE("a revision with a handshake is granted, any other is offered the newest that has one",
          "[mcp][era]") {
  struct Row {
    const char* asked;
    const char* granted;
  };
  const Row rows[] = {{"2024-11-05", "2024-11-05"},
                      {"2025-03-26", "2025-03-26"},
                      {"2025-06-18", "2025-06-18"},
                      {"2025-11-25", "2025-11-25"},
                      {"2026-07-28", "2025-11-25"},
                      {"2031-01-01", "2025-11-25"},
                      {"2023-01-01", "2025-11-25"},
                      {"2025-06-19", "2025-11-25"},
                      {"1.0", "2025-11-25"},
                      {"latest", "2025-11-25"},
                      {"", "2025-11-25"}};
  Harness harness;
  for (const Row& row : rows) {
    INFO(row.asked);
    const std::string line =
        legacy("initialize", R"({"protocolVersion":")" + std::string(row.asked) + "\"}");
    Pipe pipe(harness);
    pipe.say(line);
    CHECK(pipe.hear()["result"]["protocolVersion"] == row.granted);
    CHECK(harness.post(line)->body()["result"]["protocolVersion"] == row.granted);
  }
}

TEST_CASE("an initialize that says nothing usable is refused and begins nothing", "[mcp][era]") {
  const char* params =
      GENERATE("{}", R"({"protocolVersion":20250618})", R"({"protocolVersion":null})",
               R"({"protocolVersion":"2025-06-18","capabilities":[]})",
               R"({"protocolVersion":"2025-06-18","capabilities":"all"})");
  INFO(params);
  Harness harness;
  Pipe pipe(harness);

  pipe.play({{"initialize", legacy("initialize", params), -32602},
             {"a list", legacy("tools/list"), -32600}});
  const auto reply = harness.post(legacy("initialize", params));
  CHECK(reply->body()["error"]["code"] == -32602);
  CHECK(reply->header(kSessionHeader).empty());
}

TEST_CASE("over HTTP every initialize begins a session of its own", "[mcp][era]") {
  Harness harness;
  const std::string first = harness.open_session("2025-06-18");

  const auto reply = harness.post(legacy("initialize", R"({"protocolVersion":"2025-11-25"})"),
                                  {{kSessionHeader, first}});

  const std::string second = reply->header(kSessionHeader);
  CHECK(second != first);
  CHECK(harness.in_session(first, Json::parse(legacy("ping")))->status() == 200);
  CHECK(harness.in_session(second, Json::parse(legacy("ping")))->status() == 200);
}
