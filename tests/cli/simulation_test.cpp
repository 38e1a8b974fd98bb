#include "server/cli/simulation.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/fakes/temp_folder.h"

using namespace tier0;
using cli::Simulation;

namespace {

bool has_world(const TempFolder& folder) {
  return std::filesystem::exists(folder / "sandbox-world.json");
}

}  // namespace

TEST_CASE("a simulation starts at the first question, not before", "[cli][simulation]") {
  const TempFolder folder;
  Simulation simulation({}, {folder.path()});

  const bool before = has_world(folder);
  const auto unknown = simulation.find(HostName{"web-1.example.net"});
  const auto hosts = simulation.hosts({});

  CHECK(!before);
  CHECK(!unknown);
  REQUIRE(hosts);
  CHECK(!hosts->empty());
  CHECK(has_world(folder));
  CHECK(simulation.find(HostName{hosts->begin()->first}));
}

TEST_CASE("callers that ask a simulation at once share one start", "[cli][simulation]") {
  const TempFolder folder;
  Simulation simulation({}, {folder.path()});
  std::vector<std::string> urls(8);

  {
    std::vector<std::jthread> callers;
    for (std::string& url : urls)
      callers.emplace_back([&simulation, &url] {
        if (const auto found = simulation.url({})) url = found->text();
      });
  }

  CHECK(!urls[0].empty());
  for (const std::string& url : urls) CHECK(url == urls[0]);
}

TEST_CASE("a simulation that cannot start says why, and tries again at the next question",
          "[cli][simulation]") {
  const TempFolder folder;
  const auto world = folder / "sandbox-world.json";
  std::ofstream(world) << "no world";
  Simulation simulation({}, {folder.path()});

  const auto refused = simulation.url({});
  std::filesystem::remove(world);
  const auto again = simulation.url({});

  REQUIRE(!refused);
  CHECK(refused.error().code == Code::NotConfigured);
  CHECK(refused.error().message.find("sandbox-world.json") != std::string::npos);
  CHECK(again);
}

TEST_CASE("a simulation does not start for a call that was cancelled", "[cli][simulation]") {
  const TempFolder folder;
  Simulation simulation({}, {folder.path()});
  std::stop_source stop;
  stop.request_stop();

  const auto url = simulation.url({.stop = stop.get_token()});

  REQUIRE(!url);
  CHECK(url.error().code == Code::Cancelled);
  CHECK(!has_world(folder));
}
