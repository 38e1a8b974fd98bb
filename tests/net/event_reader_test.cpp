#include "server/net/event_reader.h"

#include <catch2/catch.hpp>
#include <vector>

using namespace tier0;

namespace {

constexpr std::size_t kRoom = 1 << 20;

struct Reading {
  std::vector<std::string> data;
  EventReader reader{kRoom, [this](const ServerEvent& event) { data.push_back(event.data); }};

  Reading() = default;
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
};

}  // namespace

TEST_CASE("events are the same however their bytes are cut", "[net][events]") {
  const std::string stream =
      "\xEF\xBB\xBF: hello\r\n\r\nevent: message\ndata: one\n\ndata:two\rdata: lines\r\rid: "
      "7\ndata: "
      "last\n\ndata: torn";

  for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, stream.size()}) {
    Reading reading;
    for (std::size_t at = 0; at < stream.size(); at += piece)
      CHECK(reading.reader.feed(stream.substr(at, piece)));

    INFO(piece);
    CHECK(reading.data == std::vector<std::string>{"one", "two\nlines", "last"});
    CHECK(reading.reader.last_id() == "7");
  }
}

TEST_CASE("an event without data still says where the stream stands", "[net][events]") {
  Reading reading;

  reading.reader.feed("id: s4_0\nretry: 500\ndata:\n\nid: s4_1\n\n");

  CHECK(reading.data == std::vector<std::string>{""});
  CHECK(reading.reader.last_id() == "s4_1");
  CHECK(reading.reader.retry() == std::chrono::milliseconds(500));
}

TEST_CASE("an id counts once its event is whole", "[net][events]") {
  Reading reading;

  reading.reader.feed("id: 1\ndata: a\n\nid: 2\ndata: b\n");

  CHECK(reading.reader.last_id() == "1");
}

TEST_CASE("a retry that is no number of milliseconds is ignored, an endless one is bounded",
          "[net][events]") {
  Reading reading;

  reading.reader.feed("retry: soon\n");
  CHECK(!reading.reader.retry());
  reading.reader.feed("retry: 4000000000\n");
  CHECK(reading.reader.retry() == std::chrono::hours(1));
}

TEST_CASE("an event larger than allowed is a fault", "[net][events]") {
  EventReader reader(16, [](const ServerEvent&) { FAIL("no event ended"); });

  CHECK(reader.feed("data: 0123456789"));
  CHECK(!reader.feed("more"));
}
