#include "server/audit/redact.h"

#include <fstream>
#include <iterator>

#include "tests/audit/fixture.h"

using namespace tier0;

namespace {

const char* const kCanary = "hunter2-canary";

Json schema() {
  return Json::parse(R"({
    "type": "object", "additionalProperties": false,
    "properties": {
      "vps": {"type": "string"},
      "count": {"type": "integer"},
      "password": {"type": "string"},
      "keys": {"type": "array", "items": {"type": "string"}},
      "record": {"type": "object", "properties": {
        "name": {"type": "string"}, "value": {"type": "string"}}},
      "body": {"type": "object"}
    }})");
}

FieldClasses classes() {
  const std::vector<std::string> secrets = {"password", "record.value"};
  return FieldClasses::from_schema(schema(), secrets);
}

std::string everything_below(const std::filesystem::path& folder) {
  std::string bytes;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    std::ifstream stream(file.path(), std::ios::binary);
    bytes.append(std::istreambuf_iterator<char>(stream), {});
  }
  return bytes;
}

}  // namespace

TEST_CASE("arguments that the schema describes are kept", "[audit][redact]") {
  const Json kept =
      redact_arguments({{"vps", "17923"}, {"count", 3}, {"keys", {"a", "b"}}}, classes());

  CHECK(kept == Json({{"vps", "17923"}, {"count", 3}, {"keys", {"a", "b"}}}));
}

TEST_CASE("a secret argument keeps only its kind and class of length", "[audit][redact]") {
  const Json kept = redact_arguments({{"password", kCanary}}, classes());

  CHECK(kept == Json({{"password", {{"redacted", "string 1-16"}}}}));
}

TEST_CASE("a secret inside an object is redacted and its neighbour kept", "[audit][redact]") {
  const Json kept =
      redact_arguments({{"record", {{"name", "www"}, {"value", kCanary}}}}, classes());

  CHECK(kept["record"]["name"] == "www");
  CHECK(kept["record"]["value"] == Json({{"redacted", "string 1-16"}}));
}

TEST_CASE("an object without described members is redacted whole", "[audit][redact]") {
  const Json kept = redact_arguments({{"body", {{kCanary, kCanary}}}}, classes());

  CHECK(kept == Json({{"body", {{"redacted", "object 1-16"}}}}));
}

TEST_CASE("a member that nobody classified is secret, its name too", "[audit][redact]") {
  const Json kept = redact_arguments({{kCanary, 1}, {"other", kCanary}}, classes());

  CHECK(kept == Json({{"(unclassified)", {{"redacted", "2 members"}}}}));
}

TEST_CASE("a value of another shape than described is redacted", "[audit][redact]") {
  const Json kept = redact_arguments({{"vps", {{"x", kCanary}}}, {"record", kCanary}}, classes());

  CHECK(kept["vps"] == Json({{"redacted", "object 1-16"}}));
  CHECK(kept["record"] == Json({{"redacted", "string 1-16"}}));
}

TEST_CASE("arguments of a tool that nobody knows are redacted whole", "[audit][redact]") {
  CHECK(redact_arguments({{"vps", kCanary}}, {}) ==
        Json({{"(unclassified)", {{"redacted", "1 members"}}}}));
  CHECK(redact_arguments(kCanary, {}) == Json({{"redacted", "string 1-16"}}));
}

TEST_CASE("kept texts are cleaned and cut", "[audit][redact]") {
  const Json kept = redact_arguments({{"vps", "a\x1b[31mb" + std::string(1000, 'x')}}, classes());

  const auto text = kept["vps"].get<std::string>();
  CHECK(text.starts_with("abxxx"));
  CHECK(text.size() < 300);
}

TEST_CASE("no byte of a secret argument reaches the disk", "[audit][redact][canary]") {
  AuditFixture audit;
  SqliteStore store(audit.database());
  StoreAuditLog log(store, audit.heads(), audit.clock);
  AuditEntry entry = entry_of("c1");
  entry.arguments = redact_arguments({{"vps", "17923-visible"},
                                      {"password", kCanary},
                                      {"record", {{"name", "www"}, {"value", kCanary}}},
                                      {"body", {{"x", {kCanary}}}},
                                      {kCanary, kCanary}},
                                     classes());

  REQUIRE(log.refused(entry, {.code = Code::Validation, .message = "wrong"}));
  REQUIRE(log.begin(entry));
  REQUIRE(log.flush());

  const std::string bytes = everything_below(audit.folder.path());
  CHECK(bytes.find("17923-visible") != std::string::npos);
  CHECK(bytes.find(kCanary) == std::string::npos);
}
