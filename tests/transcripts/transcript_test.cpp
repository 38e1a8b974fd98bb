// Plays every transcript over every wire that it names. TIER0_UPDATE=1 rewrites what is expected.
#include "tests/transcripts/transcript.h"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "server/base/text.h"
#include "server/base/worker_pool.h"
#include "tests/conformance/fixture.h"
#include "tests/transcripts/match.h"
#include "tests/transcripts/wire.h"

namespace tier0::transcripts {
namespace {

// When updating: what has not come by then does not come.
constexpr std::chrono::milliseconds kSilence{400};

bool is_updating() {
  return std::getenv("TIER0_UPDATE") != nullptr;
}

/// A server with the fixture behind it.
class Server {
 public:
  explicit Server(const mcp::Options& options)
      : fixture_(clock_),
        pool_(std::in_place, 4, 64),
        endpoint_(fixture_, *pool_, clock_, options) {
    fixture_.set_triggers(
        {.tools_changed = [this] { endpoint_.tools_changed(); },
         .prompts_changed = [this] { endpoint_.prompts_changed(); },
         .resource_updated = [this](const std::string& uri) { endpoint_.resource_updated(uri); }});
  }
  ~Server() {
    endpoint_.shutdown();
    pool_.reset();
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  mcp::Endpoint& endpoint() { return endpoint_; }

 private:
  SystemClock clock_;
  conformance::Fixture fixture_;
  std::optional<WorkerPool> pool_;
  mcp::Endpoint endpoint_;
};

std::unique_ptr<Wire> connect(const std::string& name, mcp::Endpoint& endpoint) {
  if (name == "stdio") return connect_lines(endpoint);
  if (name == "sse") return connect_sse(endpoint);
  return connect_http(endpoint);
}

Wire::Headers::value_type read_header(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == std::string::npos) return {text, std::nullopt};
  return {text.substr(0, colon), std::string(trim(std::string_view(text).substr(colon + 1)))};
}

class Player {
 public:
  Player(Wire& wire, bool checks_status) : wire_(wire), checks_status_(checks_status) {}

  void play(const Step& step) {
    INFO("line " << step.line << ": " << step.text);
    switch (step.kind) {
      case Step::Kind::Header:
        headers_.insert(read_header(step.text));
        return;
      case Step::Kind::Send:
        wire_.send(placeholders_.fill(step.text), std::exchange(headers_, {}));
        return;
      case Step::Kind::Status:
        if (checks_status_) CHECK(std::to_string(wire_.status()) == step.text);
        return;
      case Step::Kind::Expect:
        return expect(step);
    }
  }

  void expect_nothing_more() {
    wire_.finish();
    const auto more = wire_.receive(std::chrono::milliseconds(0));
    INFO("nobody expected " << more.value_or(""));
    CHECK_FALSE(more.has_value());
  }

 private:
  void expect(const Step& step) {
    const auto message = wire_.receive(kBound);
    REQUIRE(message.has_value());
    INFO("it was " << *message);
    const Json actual = Json::parse(*message, nullptr, false);
    CHECK(placeholders_.matches(Json::parse(step.text), actual));
  }

  Wire& wire_;
  const bool checks_status_;
  Wire::Headers headers_;
  Placeholders placeholders_;
};

void update(const std::filesystem::path& file, Transcript transcript) {
  Server server(transcript.options);
  const auto wire = connect(*transcript.over.begin(), server.endpoint());
  Placeholders placeholders;
  std::vector<Step> updated;
  Wire::Headers headers;
  const auto collect = [&](std::span<const Step> expected) {
    for (std::size_t i = 0;; ++i) {
      const auto message =
          wire->receive(i < expected.size() ? std::chrono::milliseconds(2000) : kSilence);
      if (!message) return;
      const Json before =
          i < expected.size() ? Json::parse(expected[i].text, nullptr, false) : Json();
      updated.push_back({.kind = Step::Kind::Expect,
                         .text = dump_json(placeholders.generalise(
                             before, Json::parse(*message, nullptr, false))),
                         .line = 0});
    }
  };
  for (std::size_t i = 0; i < transcript.steps.size(); ++i) {
    const Step& step = transcript.steps[i];
    if (step.kind == Step::Kind::Expect) continue;
    updated.push_back(step);
    if (step.kind == Step::Kind::Header) headers.insert(read_header(step.text));
    if (step.kind == Step::Kind::Status && wire->status() != 0)
      updated.back().text = std::to_string(wire->status());
    if (step.kind == Step::Kind::Send)
      wire->send(placeholders.fill(step.text), std::exchange(headers, {}));
    std::size_t end = i + 1;
    while (end < transcript.steps.size() && transcript.steps[end].kind == Step::Kind::Expect) ++end;
    const bool is_last_of_turn =
        end == transcript.steps.size() || transcript.steps[end].kind != Step::Kind::Status;
    if (step.kind != Step::Kind::Header && is_last_of_turn)
      collect(std::span(transcript.steps).subspan(i + 1, end - i - 1));
  }
  transcript.steps = std::move(updated);
  write_transcript(transcript, file);
}

}  // namespace

TEST_CASE("every transcript plays as written over each of its wires", "[transcripts]") {
  const auto files = all_transcripts();
  REQUIRE_FALSE(files.empty());
  for (const auto& file : files) {
    DYNAMIC_SECTION(file.stem().string()) {
      auto read = read_transcript(file);
      INFO((read ? std::string() : read.error().message));
      REQUIRE(read);
      if (is_updating()) {
        update(file, *read);
        continue;
      }
      for (const std::string& name : read->over) {
        INFO("over " << name);
        Server server(read->options);
        const auto wire = connect(name, server.endpoint());
        Player player(*wire, name == "http");
        for (const Step& step : read->steps) player.play(step);
        player.expect_nothing_more();
      }
    }
  }
}

}  // namespace tier0::transcripts
