#include "server/state/hello.h"

#include <algorithm>

namespace tier0 {
namespace {

constexpr int kVersion = 1;
constexpr JsonLimits kLimits = {.bytes = 64 * 1024, .depth = 16};

Error malformed(const std::string& problem) {
  return {.code = Code::Validation,
          .message = "the hello " + problem,
          .hint = R"(Send {"tier0": 1, "as": {"agent": NAME} or {"person": true}, )"
                  R"("purpose": "mcp" or "admin", "options": {…}}.)"};
}

Result<Unit> read_identity(const Json& as, Hello& hello) {
  const Json* agent = find_member(as, "agent");
  const Json* person = find_member(as, "person");
  if (!as.is_object() || as.size() != 1) return malformed("names no agent or person");
  if (agent != nullptr && agent->is_string() && !agent->get_ref<const std::string&>().empty()) {
    hello.agent = agent->get<std::string>();
    return Unit{};
  }
  if (person != nullptr && *person == true) return Unit{};
  return malformed("names no agent or person");
}

}  // namespace

Json to_json(const Hello& hello) {
  return {{"tier0", kVersion},
          {"as", hello.agent.empty() ? Json{{"person", true}} : Json{{"agent", hello.agent}}},
          {"purpose", hello.purpose == Hello::Purpose::Mcp ? "mcp" : "admin"},
          {"options", hello.options}};
}

Result<Hello> parse_hello(std::string_view line) {
  const Result<Json> json = parse_json(line, kLimits);
  if (!json || !json->is_object()) return malformed("is not a JSON object");
  for (const auto& [key, value] : json->items())
    if (key != "tier0" && key != "as" && key != "purpose" && key != "options")
      return malformed("has an unknown member");
  const Json* version = find_member(*json, "tier0");
  const Json* as = find_member(*json, "as");
  const Json* options = find_member(*json, "options");
  const std::string purpose = string_member(*json, "purpose");
  if (version == nullptr || *version != kVersion) return malformed("is of another version");
  if (as == nullptr) return malformed("names no agent or person");
  if (purpose != "mcp" && purpose != "admin") return malformed("has an unknown purpose");
  if (options != nullptr && !options->is_object()) return malformed("has options of no use");

  Hello hello;
  T0_CHECK(read_identity(*as, hello));
  hello.purpose = purpose == "mcp" ? Hello::Purpose::Mcp : Hello::Purpose::Admin;
  if (options != nullptr) hello.options = *options;
  return hello;
}

Json hello_accepted() {
  return {{"ok", true}};
}

Json to_json(const Error& error) {
  return {{"ok", false},
          {"kind", std::string(to_string(error.code))},
          {"message", error.message},
          {"hint", error.hint}};
}

Error parse_error(const Json& answer) {
  const std::string kind = string_member(answer, "kind");
  const auto found = std::ranges::find(kCodeNames, kind);
  if (found == kCodeNames.end())
    return {.code = Code::Internal,
            .message = "the owner of the state directory gave an answer of no use",
            .hint = "Use the same version of tier0 on both sides."};
  return {.code = static_cast<Code>(found - kCodeNames.begin()),
          .message = string_member(answer, "message"),
          .hint = string_member(answer, "hint")};
}

}  // namespace tier0
