#include "server/mcp/request_state.h"

#include <catch2/catch.hpp>

#include "server/mcp/spent_nonces.h"
#include "tests/fakes/fake_clock.h"

using namespace tier0;
using namespace tier0::mcp;
using Use = NeedsInput::Use;

namespace {

SealKey key(const char* id, char fill) {
  return {.id = id, .bytes = std::string(32, fill)};
}

const StateBinding kBinding{
    .principal = "agent:a", .method = "tools/call", .name = "t", .arguments = "digest"};

struct States {
  FakeClock clock;
  Sealer sealer{{key("k1", '1')}};
  SpentNonceSet spent{clock};
  RequestStates states{sealer, spent, clock, std::chrono::seconds(300)};

  std::string seal(Use use = Use::Once) {
    return states.seal(kBinding, {.data = {{"d", 1}}, .round = 2}, use).value();
  }
  bool uses(const std::string& sealed) {
    const auto open = states.open(kBinding, sealed);
    return open && states.use_up(*open);
  }
};

}  // namespace

TEST_CASE("a state comes back as it was sealed", "[mcp][state]") {
  States made;

  const auto open = made.states.open(kBinding, made.seal());

  REQUIRE(open);
  CHECK(open->data == Json({{"d", 1}}));
  CHECK(open->round == 2);
}

TEST_CASE("a state is good for its caller, method, tool and arguments only", "[mcp][state]") {
  States made;
  const std::string sealed = made.seal(Use::Repeatable);
  auto other = kBinding;
  const auto field = GENERATE(&StateBinding::principal, &StateBinding::method, &StateBinding::name,
                              &StateBinding::arguments);
  other.*field += "x";

  CHECK_FALSE(made.states.open(other, sealed));
  CHECK(made.states.open(kBinding, sealed));
}

TEST_CASE("a state that was changed anywhere is refused", "[mcp][state]") {
  States made;
  const std::string sealed = made.seal(Use::Repeatable);

  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    INFO("changed at " << i);
    CHECK_FALSE(made.states.open(kBinding, changed));
  }
  CHECK_FALSE(made.states.open(kBinding, sealed + "-TAMPERED"));
  CHECK_FALSE(made.states.open(kBinding, ""));
  CHECK_FALSE(made.states.open(kBinding, ".."));
  CHECK_FALSE(made.states.open(kBinding, std::string(100'000, 'a')));
}

TEST_CASE("a state expires", "[mcp][state]") {
  States made;
  const std::string sealed = made.seal(Use::Repeatable);

  made.clock.advance(std::chrono::seconds(299));
  CHECK(made.states.open(kBinding, sealed));
  made.clock.advance(std::chrono::seconds(2));
  CHECK_FALSE(made.states.open(kBinding, sealed));
}

TEST_CASE("a single-use state is used once", "[mcp][state]") {
  States made;
  const std::string once = made.seal(Use::Once);
  const std::string repeatable = made.seal(Use::Repeatable);

  CHECK(made.uses(once));
  CHECK_FALSE(made.uses(once));
  CHECK(made.uses(repeatable));
  CHECK(made.uses(repeatable));
}

TEST_CASE("a state that is only opened is not used up", "[mcp][state]") {
  States made;
  const std::string once = made.seal(Use::Once);

  CHECK(made.states.open(kBinding, once));
  CHECK(made.uses(once));
}

TEST_CASE("a state that is refused for another reason is not used up", "[mcp][state]") {
  States made;
  const std::string once = made.seal(Use::Once);
  auto other = kBinding;
  other.principal = "agent:b";

  CHECK_FALSE(made.states.open(other, once));
  CHECK(made.uses(once));
}

TEST_CASE("another replica with the same key goes on", "[mcp][state]") {
  States here;
  States there;

  CHECK(there.states.open(kBinding, here.seal()));
}

TEST_CASE("a key that is being replaced still opens", "[mcp][seal]") {
  const Sealer before({key("k1", '1')});
  const Sealer during({key("k2", '2'), key("k1", '1')});
  const Sealer after({key("k2", '2')});

  const std::string old_text = before.seal("use", {{"a", 1}});
  const std::string new_text = during.seal("use", {{"a", 1}});

  CHECK(during.open("use", old_text));
  CHECK(after.open("use", new_text));
  CHECK_FALSE(after.open("use", old_text));
  CHECK_FALSE(before.open("use", new_text));
}

TEST_CASE("what was sealed for one use does not pass for another", "[mcp][seal]") {
  const Sealer sealer({key("k1", '1')});

  CHECK_FALSE(sealer.open("state", sealer.seal("cursor", {{"a", 1}})));
}

TEST_CASE("a state too long to be carried is not made", "[mcp][state]") {
  States made;

  CHECK_FALSE(made.states.seal(kBinding, {.data = std::string(9000, 'x')}, Use::Once));
}

TEST_CASE("arguments have the same digest however they were written", "[mcp][state]") {
  CHECK(digest_arguments(Json::parse(R"({"a":1,"b":[2]})")) ==
        digest_arguments(Json::parse(R"({ "b": [2], "a": 1 })")));
  CHECK(digest_arguments({{"a", 1}}) != digest_arguments({{"a", "1"}}));
}

TEST_CASE("a full memory of spent states refuses rather than forgets", "[mcp][state]") {
  const FakeClock clock;
  SpentNonceSet spent(clock, 2);
  const auto soon =
      std::chrono::floor<std::chrono::seconds>(clock.wall()) + std::chrono::seconds(10);

  CHECK(spent.burn("a", soon));
  CHECK(spent.burn("b", soon));
  CHECK_FALSE(spent.burn("c", soon));
  clock.advance(std::chrono::seconds(20));
  CHECK(spent.burn("c", soon + std::chrono::seconds(60)));
}
