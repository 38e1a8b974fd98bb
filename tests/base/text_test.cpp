#include "server/base/text.h"

#include <catch2/catch.hpp>

using namespace tier0;

TEST_CASE("cleaning removes escapes, controls and hidden characters", "[base][text]") {
  CHECK(clean_text("\x1b[31mred\x1b[0m", 100) == "red");
  CHECK(clean_text("a\x1b]8;;http://x\x07link", 100) == "alink");
  CHECK(clean_text("safe\xE2\x80\xAEtxt.exe", 100) == "safetxt.exe");
  CHECK(clean_text("a\xE2\x80\x8B"
                   "b\xF3\xA0\x81\x81"
                   "c\x07",
                   100) == "abc");
  CHECK(clean_text("a\nb\tc\r", 100) == "a\nb\tc");
}

TEST_CASE("cleaning replaces invalid UTF-8", "[base][text]") {
  CHECK(clean_text("a\xff"
                   "b",
                   100) ==
        "a\xEF\xBF\xBD"
        "b");
}

TEST_CASE("cleaning cuts on a character boundary and says so", "[base][text]") {
  CHECK(clean_text("ab\xC3\xA4", 3) == "ab\xE2\x80\xA6");
}

TEST_CASE("UTF-8 excludes overlong forms and surrogates", "[base][text]") {
  CHECK(is_utf8("\xC3\xA4"));
  CHECK(!is_utf8("\xC0\xAF"));
  CHECK(!is_utf8("\xED\xA0\x80"));
}
