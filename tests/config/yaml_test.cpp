#include "server/config/yaml.h"

#include <catch2/catch.hpp>

namespace tier0::config {
namespace {

Schema sample_schema() {
  return Schema::compile(*parse_json(R"({
    "type": "object", "additionalProperties": false, "required": ["name"],
    "properties": {
      "name": {"type": "string"},
      "port": {"type": "integer", "minimum": 1, "default": 22},
      "on": {"type": "boolean", "default": false},
      "key": {"type": "string", "format": "sha256"},
      "list": {"type": "array", "items": {"type": "string"}},
      "map": {"type": "object", "additionalProperties": {
        "type": "object", "additionalProperties": false,
        "properties": {"vps": {"type": "string"}, "port": {"type": "integer"}}}}
    }})"))
      .value();
}

Result<Document> parse(std::string_view text, const YamlLimits& limits = {}) {
  return parse_yaml(text, "t.yaml", sample_schema(), limits);
}

struct Fault {
  const char* text;
  const char* place;
  const char* problem;
};

}  // namespace

TEST_CASE("unquoted words and digits stay text where text is wanted", "[config][yaml]") {
  const auto document = parse(
      "name: on\n"
      "list: [0123, 1e3, yes, 2026-11-22, 0x1F, 1.0, \"null\", .5, 'a b', =, 12:30]\n"
      "map: {web: {vps: 017923}}\n");

  REQUIRE(document);
  CHECK(document->value["name"] == "on");
  CHECK(document->value["list"] ==
        Json{"0123", "1e3", "yes", "2026-11-22", "0x1F", "1.0", "null", ".5", "a b", "=", "12:30"});
  CHECK(document->value["map"]["web"]["vps"] == "017923");
}

TEST_CASE("numbers and truth values are read where the schema wants them", "[config][yaml]") {
  const auto document = parse("name: a\nport: 2222\non: true\n");

  REQUIRE(document);
  CHECK(document->value["port"] == 2222);
  CHECK(document->value["on"] == true);
}

TEST_CASE("what is left out has its default", "[config][yaml]") {
  const auto document = parse("name: a\n");

  REQUIRE(document);
  CHECK(document->value["port"] == 22);
  CHECK(document->value["on"] == false);
}

TEST_CASE("each value and key knows where it stands", "[config][yaml]") {
  const auto document = parse(
      "# a comment\n"
      "name: a\n"
      "list:\n"
      "  - x\n"
      "  - y\n"
      "map: {web: {vps: \"1\", port: 5}}\n");

  REQUIRE(document);
  CHECK(document->at("/name") == "t.yaml:2:7");
  CHECK(document->at("/list/1") == "t.yaml:5:5");
  CHECK(document->at("/map/web/vps") == "t.yaml:6:18");
  CHECK(document->at_key("/map/web") == "t.yaml:6:7");
  CHECK(document->at("/map/web/address") == "t.yaml:6:12");
  CHECK(document->at("/nowhere") == "t.yaml:2:1");
}

TEST_CASE("YAML beyond the strict part is refused at its place", "[config][yaml]") {
  const Fault rows[] = {
      {"name: a\nname: b\n", "t.yaml:2:1", "the key \"name\" is already on line 1"},
      {"name: a\nmap: {x: {vps: 1}, x: {}}\n", "t.yaml:2:20", "the key \"x\" is already on line 2"},
      {"name: &n a\n", "t.yaml:1:7", "anchors are not allowed"},
      {"name: a\nlist: &l [a]\n", "t.yaml:2:7", "anchors are not allowed"},
      {"name: a\nmap: &m\n  x: {}\n", "t.yaml:2:6", "anchors are not allowed"},
      {"name: *n\n", "t.yaml:1:7", "aliases are not allowed"},
      {"name: !!str a\n", "t.yaml:1:7", "tags are not allowed"},
      {"name: a\nlist: !x [a]\n", "t.yaml:2:7", "tags are not allowed"},
      {"name: a\nmap: !!map {}\n", "t.yaml:2:6", "tags are not allowed"},
      {"name: a\n<<: {port: 1}\n", "t.yaml:2:1", "merge keys are not allowed"},
      {"name: a\n---\nname: b\n", "t.yaml:2:1", "a second document"},
      {"name: a\n? [x]\n: y\n", "t.yaml:2:3", "a key is plain text"},
      {"name: a\n: y\n", "t.yaml:2:1", "a key is missing"},
      {"name: \"a\\0b\"\n", "t.yaml:1:7", "a value holds control characters"},
      {"name: a\x01\n", "t.yaml:1:8", "a control character"},
      {"name: a\nlist: [a\n", "t.yaml:3:1", "not valid YAML: end of sequence flow not found"},
      {"name: 'a\n", "t.yaml:2:1", "not valid YAML: illegal EOF in scalar"},
      {"name: 'a\nport: 5\n", "t.yaml:3:1", "not valid YAML: illegal EOF in scalar"},
      {"name: \"a\nport: 5", "t.yaml:2:8", "not valid YAML: illegal EOF in scalar"},
      {"name: a\nlist: [ü, &x b]\n", "t.yaml:2:11", "anchors are not allowed"},
      {"name: \xff\n", "t.yaml:1:1", "is not UTF-8"},
      {"\xEF\xBB\xBFname: a\n", "t.yaml:1:1", "starts with a byte order mark"},
  };
  for (const Fault& row : rows) {
    INFO(row.text);

    const auto document = parse(row.text);

    REQUIRE_FALSE(document);
    CHECK(document.error().code == Code::Validation);
    REQUIRE(document.error().details.size() == 1);
    CHECK(document.error().details[0].field == row.place);
    CHECK(document.error().details[0].problem == row.problem);
    CHECK(document.error().message.starts_with(std::string(row.place) + ": "));
  }
}

TEST_CASE("what the schema refuses is named at its place", "[config][yaml]") {
  const Fault rows[] = {
      {"name: a\nnmae: b\n", "t.yaml:2:1", "unknown key \"nmae\"; did you mean \"name\"?"},
      {"name: a\nmap:\n  web:\n    zebra: 1\n", "t.yaml:4:5",
       "unknown key \"zebra\"; known are port, vps"},
      {"port: 1\n", "t.yaml:1:1", "/name is missing; it must be text"},
      {"", "t.yaml:1:1", "/name is missing; it must be text"},
      {"# nothing\n", "t.yaml:1:1", "/name is missing; it must be text"},
      {"name:\nport: 1\n", "t.yaml:1:1",
       "has no value; put quotes around the word null if it is meant"},
      {"name: null\n", "t.yaml:1:1",
       "has no value; put quotes around the word null if it is meant"},
      {"name: a\nlist: [~]\n", "t.yaml:2:8",
       "has no value; put quotes around the word null if it is meant"},
      {"name: [a]\n", "t.yaml:1:7", "must be text, but is a list"},
      {"name: a\nlist: a\n", "t.yaml:2:7", "must be a list, but is a single value"},
      {"name: a\nmap: [a]\n", "t.yaml:2:6", "must be an object, but is a list"},
      {"- a\n", "t.yaml:1:1", "must be an object, but is a list"},
      {"a\n", "t.yaml:1:1", "must be an object, but is a single value"},
      {"name: a\nport: 022\n", "t.yaml:2:7",
       "must be a whole number of at least 1, without quotes"},
      {"name: a\nport: \"22\"\n", "t.yaml:2:7",
       "must be a whole number of at least 1, without quotes"},
      {"name: a\nport: 2_2\n", "t.yaml:2:7",
       "must be a whole number of at least 1, without quotes"},
      {"name: a\nport: 99999999999999999999\n", "t.yaml:2:7",
       "must be a whole number of at least 1, without quotes"},
      {"name: a\nport: 0\n", "t.yaml:2:7",
       "/port must be a whole number of at least 1, but is the number 0"},
      {"name: a\non: yes\n", "t.yaml:2:5", "must be true or false, without quotes"},
      {"name: a\non: \"true\"\n", "t.yaml:2:5", "must be true or false, without quotes"},
      {"name: a\nkey: canary-secret\n", "t.yaml:2:6",
       "/key must be a SHA-256 as 64 lower-case hex digits"},
  };
  for (const Fault& row : rows) {
    INFO(row.text);

    const auto document = parse(row.text);

    REQUIRE_FALSE(document);
    REQUIRE(document.error().details.size() == 1);
    CHECK(document.error().details[0].field == row.place);
    CHECK(document.error().details[0].problem == row.problem);
    CHECK(document.error().message.find("canary") == std::string::npos);
  }
}

TEST_CASE("every fault of a file is reported at once", "[config][yaml]") {
  const auto document = parse("name: [x]\nport: x\nfoo: 1\nlist: {}\n");

  REQUIRE_FALSE(document);
  std::vector<std::string> places;
  for (const Detail& detail : document.error().details) places.push_back(detail.field);
  CHECK(places == std::vector<std::string>{"t.yaml:1:7", "t.yaml:2:7", "t.yaml:3:1", "t.yaml:4:7"});
  CHECK(document.error().message == "t.yaml:1:7: must be text, but is a list (and 3 more)");
}

TEST_CASE("size, depth and number of values are bounded", "[config][yaml]") {
  std::string deep = "name: " + std::string(40, '[') + std::string(40, ']');
  std::string many = "name: a\nlist: [";
  for (int i = 0; i < 2000; ++i) many += "a,";
  many += "a]\n";

  const auto too_deep = parse(deep);
  const auto too_many = parse(many, {.nodes = 1000});
  const auto too_large = parse(many, {.bytes = 100});

  REQUIRE_FALSE(too_deep);
  CHECK(too_deep.error().message == "t.yaml:1:38: nested too deeply");
  REQUIRE_FALSE(too_many);
  CHECK(too_many.error().message.find("too many values") != std::string::npos);
  REQUIRE_FALSE(too_large);
  CHECK(too_large.error().message == "t.yaml:1:1: larger than 100 bytes");
  CHECK(parse(many));
  CHECK_FALSE(parse("name: " + std::string(100'000, '[')));
  CHECK_FALSE(parse("name: " + std::string(100'000, '{')));
}

TEST_CASE("a mapping of very many keys is read in good time", "[config][yaml]") {
  std::string text = "name: a\nmap:\n";
  for (int i = 0; i < 20'000; ++i) text += "  k" + std::to_string(i) + ": {}\n";

  const auto document = parse(text);

  REQUIRE(document);
  CHECK(document->value["map"].size() == 20'000);
}

}  // namespace tier0::config
