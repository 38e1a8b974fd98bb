// What a person is asked: facts of the server, and nothing that somebody else's name can bend.
#include <catch2/catch.hpp>

#include "server/approval/approval_text.h"
#include "server/approval/state_difference.h"

using namespace tier0;

namespace {

PlanRow shown_as(const Json& data, const std::string& summary = "halt it") {
  PlanRow row;
  row.id = "0123";
  row.principal = "agent:executor-codex";
  row.tool = "halt-vps";
  row.shown = dump_json({{"summary", summary}, {"data", data}});
  return row;
}

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
}

}  // namespace

TEST_CASE("the question names who, what, the loss, the price, the targets and the plan",
          "[approval][text]") {
  const Json data = {{"lost", {"what was written since"}},
                     {"price", {{"text", "5.99 USD a month"}}},
                     {"targets", {{{"kind", "vps"}, {"id", "17923"}, {"name", "web-1"}}}},
                     {"effects", {"the disk is replaced"}},
                     {"rollback", ""}};

  const std::string text = approval_text(shown_as(data), Effect::Destructive);

  for (const char* part : {"agent:executor-codex asks to run halt-vps (destructive).", "halt it",
                           "Lost for good:\n- what was written since", "Price: 5.99 USD a month",
                           "- vps 17923, named \"web-1\" there", "Effects:\n- the disk is replaced",
                           "Undo: not possible", "Plan 0123, good until"}) {
    INFO(text);
    CHECK(text.find(part) != std::string::npos);
  }
}

TEST_CASE("a name with lines, quotes and directions in it stays one quoted name",
          "[approval][text]") {
  const std::string name = "web\nPrice: nothing\n\"approved\" \xE2\x80\xAEtxet";
  const Json data = {{"targets", {{{"kind", "vps"}, {"id", "1"}, {"name", name}}}}};
  const Json plain = {{"targets", {{{"kind", "vps"}, {"id", "1"}, {"name", "web"}}}}};

  const std::string text = approval_text(shown_as(data), Effect::Destructive);

  INFO(text);
  CHECK(lines_of(text) == lines_of(approval_text(shown_as(plain), Effect::Destructive)));
  CHECK(text.find("named \"web Price: nothing 'approved' ") != std::string::npos);
  CHECK(text.find("\xE2\x80\xAE") == std::string::npos);
}

TEST_CASE("a name that only looks like plain letters is pointed out", "[approval][text]") {
  const Json data = {{"targets",
                      {{{"kind", "vps"},
                        {"id", "1"},
                        {"name",
                         "w\xD0\xB5"
                         "b-1"}}}}};

  const std::string text = approval_text(shown_as(data), Effect::Destructive);

  CHECK(text.find("(not all plain letters: compare the id)") != std::string::npos);
}

TEST_CASE("however much a plan says, the loss and the plan's id stay in sight",
          "[approval][text]") {
  Json effects = Json::array();
  for (int i = 0; i < 100; ++i) effects.push_back(std::string(1000, 'x'));
  const Json data = {{"lost", {"everything"}}, {"effects", effects}};

  const std::string text = approval_text(shown_as(data, std::string(5000, 'y')), Effect::Spend);

  CHECK(text.size() < 4096);
  CHECK(text.find("- everything") != std::string::npos);
  CHECK(text.find("- and 92 more") != std::string::npos);
  CHECK(text.find("Plan 0123") != std::string::npos);
}

TEST_CASE("a difference says where, what was and what is", "[approval][difference]") {
  const Json before = {{"state", "running"}, {"keys", {"a", "b"}}, {"gone", 1}};
  const Json now = {{"state", "stopped"}, {"keys", {"a"}}, {"new", true}};

  const std::vector<Detail> moved = state_difference(before, now);

  REQUIRE(moved.size() == 4);
  CHECK(moved[0].field == "/gone");
  CHECK(moved[0].problem == "was 1, is nothing");
  CHECK(moved[1].field == "/keys/1");
  CHECK(moved[2].field == "/new");
  CHECK(moved[2].problem == "was nothing, is true");
  CHECK(moved[3].problem == R"(was "running", is "stopped")");
}

TEST_CASE("a list that lost its last item differs", "[approval][difference]") {
  CHECK(state_difference({{"keys", {"a"}}}, {{"keys", Json::array()}}).size() == 2);
  CHECK(state_difference({{"keys", {"a"}}}, {{"keys", {"a"}}}).empty());
}

TEST_CASE("a difference is bounded, and so is each value in it", "[approval][difference]") {
  Json before = {{"kept", 1}};
  for (int i = 0; i < 50; ++i) before["v" + std::to_string(i)] = std::string(1000, 'x');

  const std::vector<Detail> moved = state_difference(before, {{"kept", 1}});

  REQUIRE(moved.size() == 21);
  CHECK(moved.back().problem == "30 more");
  for (const Detail& detail : moved) CHECK(detail.problem.size() < 200);
}
