#include "server/mcp/uri_template.h"

#include <catch2/catch.hpp>

using namespace tier0;
using namespace tier0::mcp;

namespace {

using Values = std::map<std::string, std::string>;

UriTemplate of(const char* text) {
  return UriTemplate::parse(text).value();
}

}  // namespace

TEST_CASE("a template matches its own URIs and tells the values", "[mcp][uri-template]") {
  CHECK(of("tier0://vps/{id}").match("tier0://vps/17923") == Values{{"id", "17923"}});
  CHECK(of("tier0://vps/{id}").match("tier0://vps/restic:ab-1") == Values{{"id", "restic:ab-1"}});
  CHECK(of("test://template/{id}/data").match("test://template/1/data") == Values{{"id", "1"}});
  CHECK(of("t://{a}/x/{b}").match("t://1/x/2") == Values{{"a", "1"}, {"b", "2"}});
  CHECK(of("tier0://fleet").match("tier0://fleet") == Values{});
  CHECK(of("{all}").match("anything") == Values{{"all", "anything"}});
}

TEST_CASE("a value is percent-decoded, so that a slash in it is no path", "[mcp][uri-template]") {
  CHECK(of("t://{a}").match("t://a%20b%2Fc") == Values{{"a", "a b/c"}});
  CHECK(of("t://{a}").match("t://%c3%bc") == Values{{"a", "\xc3\xbc"}});
  CHECK(of("t://{a}").match("t://%2e%2e%2f") == Values{{"a", "../"}});
}

TEST_CASE("a template refuses any other URI", "[mcp][uri-template]") {
  const char* uri = GENERATE(
      "", "tier0://vps/", "tier0://vps", "tier0://vps/1/", "tier0://vps/1/keys", "tier0://vps/1?a",
      "tier0://vps/1#a", "TIER0://vps/1", "tier0://vps/%", "tier0://vps/%4", "tier0://vps/%zz",
      "tier0://vps/%00", "tier0://vps/%0a", "tier0://vps/%ff", "xtier0://vps/1", "tier0://keys/1");
  INFO(uri);

  CHECK_FALSE(of("tier0://vps/{id}").match(uri));
}

TEST_CASE("a template without variables has nothing behind it", "[mcp][uri-template]") {
  CHECK_FALSE(of("tier0://fleet").match("tier0://fleet/1"));
  CHECK_FALSE(of("t://{a}/data").match("t://1/data/more"));
}

TEST_CASE("an expanded template matches again", "[mcp][uri-template]") {
  const Values values = {{"id", "a b/c%\xc3\xbc"}};

  const std::string uri = of("tier0://vps/{id}").expand(values);

  CHECK(uri == "tier0://vps/a%20b%2Fc%25%C3%BC");
  CHECK(of("tier0://vps/{id}").match(uri) == values);
}

TEST_CASE("a template with anything but names in braces is refused", "[mcp][uri-template]") {
  const char* text = GENERATE("t://{", "t://}", "t://{}", "t://{+a}", "t://{a}{b}", "t://{a}/{a}",
                              "t://{a,b}", "t://{{a}}", "t://a}b{c}");
  INFO(text);

  CHECK_FALSE(UriTemplate::parse(text));
}
