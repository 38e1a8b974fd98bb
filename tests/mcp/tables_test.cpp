// The tables that say what differs between revisions.
#include <catch2/catch.hpp>

#include "server/mcp/capabilities.h"
#include "server/mcp/errors.h"
#include "server/mcp/features.h"
#include "server/mcp/methods.h"
#include "server/mcp/versions.h"

using namespace tier0;
using namespace tier0::mcp;

namespace {

constexpr auto kA = Revision::V2024_11_05;
constexpr auto kB = Revision::V2025_03_26;
constexpr auto kC = Revision::V2025_06_18;
constexpr auto kD = Revision::V2025_11_25;
constexpr auto kM = Revision::V2026_07_28;

Features all_features() {
  return {.tools = true,
          .prompts = true,
          .resources = true,
          .subscriptions = true,
          .completions = true,
          .logging = true};
}

}  // namespace

TEST_CASE("every revision is found under its name, the newest first", "[mcp][versions]") {
  std::string names;
  for (const RevisionFacts& entry : all_revisions()) {
    CHECK(parse_revision(entry.name) == entry.revision);
    CHECK(facts(entry.revision).name == entry.name);
    names += std::string(entry.name) + ' ';
  }

  CHECK(names == "2026-07-28 2025-11-25 2025-06-18 2025-03-26 2024-11-05 ");
  CHECK_FALSE(parse_revision("2025-11-26"));
}

TEST_CASE("a date from the first revision without handshake on looks modern", "[mcp][versions]") {
  CHECK(looks_modern("2026-07-28"));
  CHECK(looks_modern("2031-01-01"));
  CHECK_FALSE(looks_modern("2026-07-27"));
  CHECK_FALSE(looks_modern("2025-11-25"));
  CHECK_FALSE(looks_modern("v999.0.0"));
  CHECK_FALSE(looks_modern("2026-07-2x"));
  CHECK_FALSE(looks_modern("9999-99-999"));
}

TEST_CASE("revisions differ in the features of the specification", "[mcp][versions]") {
  struct Row {
    Revision revision;
    bool batches, audio, links, structured, form, url, message, completions, null_id, polling;
  };
  const Row rows[] = {{kA, false, false, false, false, false, false, false, false, true, false},
                      {kB, true, true, false, false, false, false, true, true, true, false},
                      {kC, false, true, true, true, true, false, true, true, true, false},
                      {kD, false, true, true, true, true, true, true, true, false, true},
                      {kM, false, true, true, true, true, true, true, true, false, false}};
  for (const Row& row : rows) {
    const RevisionFacts& known = facts(row.revision);
    INFO(known.name);
    CHECK(known.batches == row.batches);
    CHECK(known.audio == row.audio);
    CHECK(known.resource_links == row.links);
    CHECK(known.structured_content == row.structured);
    CHECK(known.elicitation == row.form);
    CHECK(known.url_elicitation == row.url);
    CHECK(known.progress_message == row.message);
    CHECK(known.completion_capability == row.completions);
    CHECK(known.null_error_id == row.null_id);
    CHECK(known.polling == row.polling);
    CHECK(known.modern == (row.revision == kM));
  }
}

TEST_CASE("every fault has its code and its status in both eras", "[mcp][errors]") {
  struct Row {
    Fault fault;
    int modern_code, modern_status, legacy_code, legacy_status;
  };
  const Row rows[] = {{Fault::Parse, -32700, 400, -32700, 400},
                      {Fault::InvalidRequest, -32600, 400, -32600, 400},
                      {Fault::MethodNotFound, -32601, 404, -32601, 200},
                      {Fault::InvalidEnvelope, -32602, 400, -32602, 400},
                      {Fault::InvalidParams, -32602, 200, -32602, 200},
                      {Fault::Internal, -32603, 200, -32603, 200},
                      {Fault::ResourceNotFound, -32602, 200, -32002, 200},
                      {Fault::HeaderMismatch, -32020, 400, -32020, 400},
                      {Fault::MissingCapability, -32021, 400, -32603, 200},
                      {Fault::UnsupportedVersion, -32022, 400, -32022, 400},
                      {Fault::Overloaded, -32603, 429, -32603, 429}};
  for (const Row& row : rows) {
    INFO("fault " << static_cast<int>(row.fault));
    CHECK(error_code(row.fault, kM) == row.modern_code);
    CHECK(http_status(row.fault, kM) == row.modern_status);
    CHECK(error_code(row.fault, kD) == row.legacy_code);
    CHECK(http_status(row.fault, kD) == row.legacy_status);
  }
}

TEST_CASE("an error repeats a client's text short and clean", "[mcp][errors]") {
  const auto error = unknown_tool(std::string(5000, 'x') + "\x1b[31m");

  CHECK(error.message.size() < 200);
  CHECK(error.message.find('\x1b') == std::string::npos);
}

TEST_CASE("methods exist in the eras of the specification", "[mcp][methods]") {
  const char* legacy_only = GENERATE("initialize", "ping", "logging/setLevel",
                                     "resources/subscribe", "resources/unsubscribe");
  CHECK(is_offered(*find_method(legacy_only), kD, all_features()));
  CHECK_FALSE(is_offered(*find_method(legacy_only), kM, all_features()));

  const char* modern_only = GENERATE("server/discover", "subscriptions/listen");
  CHECK(is_offered(*find_method(modern_only), kM, all_features()));
  CHECK_FALSE(is_offered(*find_method(modern_only), kD, all_features()));

  CHECK(find_method("tasks/get") == nullptr);
}

TEST_CASE("a method of a feature that is not there does not exist", "[mcp][methods]") {
  const Features none;

  for (const char* name : {"tools/list", "tools/call", "prompts/list", "prompts/get",
                           "resources/list", "resources/templates/list", "resources/read",
                           "completion/complete", "subscriptions/listen"}) {
    INFO(name);
    CHECK(is_offered(*find_method(name), kM, all_features()));
    CHECK_FALSE(is_offered(*find_method(name), kM, none));
  }
  CHECK(is_offered(*find_method("server/discover"), kM, none));
  CHECK_FALSE(is_offered(*find_method("logging/setLevel"), kD, none));
}

TEST_CASE("capabilities follow from what is there", "[mcp][capabilities]") {
  const Json full = server_capabilities(all_features(), kD);
  const Json oldest = server_capabilities(all_features(), kA);

  CHECK(full["tools"]["listChanged"] == true);
  CHECK(full["resources"] == Json({{"subscribe", true}, {"listChanged", true}}));
  CHECK(full["completions"] == Json::object());
  CHECK_FALSE(oldest.contains("completions"));
  CHECK(server_capabilities({}, kM) == Json::object());
}

TEST_CASE("nothing can be subscribed where changes are not told", "[mcp][capabilities]") {
  Features features = all_features();
  features.subscriptions = false;

  CHECK(server_capabilities(features, kD)["resources"] ==
        Json({{"subscribe", false}, {"listChanged", true}}));
  CHECK_FALSE(is_offered(*find_method("resources/subscribe"), kD, features));
}

TEST_CASE("extensions are announced in the newest revision only", "[mcp][capabilities]") {
  Features features;
  features.extensions = {{"org.example/x", Json::object()}};

  CHECK(server_capabilities(features, kM)["extensions"].contains("org.example/x"));
  CHECK_FALSE(server_capabilities(features, kD).contains("extensions"));
}

TEST_CASE("an elicitation capability means what its revision says", "[mcp][capabilities]") {
  struct Row {
    const char* declared;
    Revision revision;
    bool form, url;
  };
  const Row rows[] = {{R"({"elicitation":{}})", kB, false, false},
                      {R"({"elicitation":{}})", kC, true, false},
                      {R"({"elicitation":{"form":{},"url":{}}})", kC, true, false},
                      {R"({"elicitation":{"url":{}}})", kC, true, false},
                      {R"({"elicitation":{}})", kD, true, false},
                      {R"({"elicitation":{"url":{}}})", kD, false, true},
                      {R"({"elicitation":{"form":{},"url":{}}})", kM, true, true},
                      {R"({"elicitation":true})", kM, false, false},
                      {R"({})", kM, false, false}};
  for (const Row& row : rows) {
    INFO(row.declared << " in " << facts(row.revision).name);
    const auto client = ClientCapabilities::read(Json::parse(row.declared), row.revision);
    CHECK(client.form == row.form);
    CHECK(client.url == row.url);
  }
}
