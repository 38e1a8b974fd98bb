#include "server/transport/line_reader.h"

#include <catch2/catch.hpp>

using tier0::transport::LineReader;

namespace {

struct Record {
  std::string seen;
  LineReader reader{
      8,
      {.line = [this](std::string_view line) { seen += '[' + std::string(line) + ']'; },
       .too_long = [this] { seen += "!"; }}};
};

}  // namespace

TEST_CASE("lines are cut wherever the bytes were", "[transport][lines]") {
  Record record;

  for (const char* part : {"ab", "c\nd", "\n\n", "efg\nhi"}) record.reader.feed(part);
  record.reader.finish();

  CHECK(record.seen == "[abc][d][][efg][hi]");
}

TEST_CASE("a line at the limit passes, one beyond it is reported once", "[transport][lines]") {
  Record record;

  record.reader.feed("12345678\n123456789\nok\n");

  CHECK(record.seen == "[12345678]![ok]");
}

TEST_CASE("a line beyond the limit costs no memory and hides nothing after it",
          "[transport][lines]") {
  Record record;

  for (int i = 0; i < 1000; ++i) record.reader.feed("xxxxxxxx");
  record.reader.feed("x\nok\n");

  CHECK(record.seen == "![ok]");
}

TEST_CASE("the end of input after a line is no line", "[transport][lines]") {
  Record record;

  record.reader.feed("a\n");
  record.reader.finish();

  CHECK(record.seen == "[a]");
}
