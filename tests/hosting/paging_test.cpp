#include <catch2/catch.hpp>

#include "server/net/url.h"
#include "tests/hosting/provider.h"

using namespace tier0;
using fakes::answer;
using fakes::Answer;
using fakes::ReceivedRequest;

namespace {

int page_of(const ReceivedRequest& request) {
  return std::stoi(request.target.substr(request.target.find("page=") + 5));
}

/// Actions first..last in this order, as page `page` of `total` items by `size`.
Answer page_of_actions(int page, int size, int total, int first, int step) {
  Json data = Json::array();
  const int rest = std::min(size, total - (page - 1) * size);
  for (int i = 0; i < rest; ++i)
    data.push_back({{"id", first + step * ((page - 1) * size + i)},
                    {"name", "ct_start"},
                    {"state", "success"}});
  const Json meta{{"current_page", page}, {"per_page", size}, {"total", total}};
  return answer(200, dump_json(Json{{"data", data}, {"meta", meta}}));
}

}  // namespace

TEST_CASE("all pages of a list are read, whatever their size", "[hosting][paging]") {
  const int size = GENERATE(1, 3, 7, 50);
  INFO(size);
  ScriptedProvider provider([=](const ReceivedRequest& request) {
    return page_of_actions(page_of(request), size, 7, 100, 1);
  });

  const auto actions = provider.api->list_actions(kVps17923, {});

  REQUIRE(actions);
  REQUIRE(actions->size() == 7);
  CHECK(actions->front().id.value == "106");
  CHECK(static_cast<int>(provider.server.requests().size()) == (7 + size - 1) / size);
}

TEST_CASE("a list that comes bare is whole", "[hosting][paging]") {
  ScriptedProvider provider({answer(200, R"([{"id":41,"size":1}])")});

  const auto backups = provider.api->list_backups(kVps17923, {});

  REQUIRE(backups);
  CHECK(backups->at(0).id.value == "41");
}

TEST_CASE("a page without a description of itself is the last", "[hosting][paging]") {
  ScriptedProvider provider({answer(200, R"({"data":[{"id":41}]})")});

  REQUIRE(provider.api->list_backups(kVps17923, {}));

  CHECK(provider.server.requests().size() == 1);
}

TEST_CASE("an empty list has one page", "[hosting][paging]") {
  ScriptedProvider provider(
      {answer(200, R"({"data":[],"meta":{"current_page":1,"per_page":25,"total":0}})")});

  const auto keys = provider.api->list_keys({});

  REQUIRE(keys);
  CHECK(keys->empty());
}

TEST_CASE("a provider that answers the same page again is not believed", "[hosting][paging]") {
  ScriptedProvider provider(
      [](const ReceivedRequest&) { return page_of_actions(1, 1, 9, 100, 1); });

  const auto actions = provider.api->list_actions(kVps17923, {});

  REQUIRE(!actions);
  CHECK(actions.error().code == Code::Upstream);
  CHECK(provider.server.requests().size() == 2);
}

TEST_CASE("a list that does not end is given up", "[hosting][paging]") {
  ScriptedProvider provider([](const ReceivedRequest& request) {
    return page_of_actions(page_of(request), 1, 1000000, 1, 1);
  });

  const auto actions = provider.api->list_actions(kVps17923, {});

  REQUIRE(!actions);
  CHECK(actions.error().code == Code::Upstream);
  CHECK(provider.server.requests().size() == 200);
}

TEST_CASE("a page without a list is an error", "[hosting][paging]") {
  const std::string body = GENERATE("{}", R"({"data":{}})", R"({"data":null})", "7");
  INFO(body);
  ScriptedProvider provider([=](const ReceivedRequest&) { return answer(200, body); });

  CHECK(provider.api->list_keys({}).error().code == Code::Upstream);
}

TEST_CASE("recent actions take one request where the newest come first", "[hosting][paging]") {
  ScriptedProvider provider([](const ReceivedRequest& request) {
    return page_of_actions(page_of(request), 3, 9, 109, -1);
  });

  const auto actions = provider.api->recent_actions(kVps17923, {});

  REQUIRE(actions);
  CHECK(actions->front().id.value == "109");
  CHECK(provider.server.requests().size() == 1);
}

TEST_CASE("recent actions are the newest where the oldest come first", "[hosting][paging]") {
  ScriptedProvider provider([](const ReceivedRequest& request) {
    return page_of_actions(page_of(request), 3, 8, 95, 1);
  });

  const auto actions = provider.api->recent_actions(kVps17923, {});

  REQUIRE(actions);
  CHECK(actions->front().id.value == "102");
  CHECK(provider.server.requests().size() == 2);
}
