#include "server/mcp/handshake.h"

#include <utility>

namespace tier0::mcp {

std::variant<Handshake, ProtocolError> read_initialize(const Json& params) {
  const Json* version = find_member(params, "protocolVersion");
  if (version == nullptr || !version->is_string())
    return invalid_params("protocolVersion must be a string");
  const Json* capabilities = find_member(params, "capabilities");
  if (capabilities != nullptr && !capabilities->is_object())
    return invalid_params("capabilities must be an object");

  const auto asked = parse_revision(version->get_ref<const std::string&>());
  const Revision granted = asked && !facts(*asked).modern ? *asked : kNewestLegacy;
  return Handshake{.revision = granted,
                   .client = ClientCapabilities::read(
                       capabilities == nullptr ? Json::object() : *capabilities, granted)};
}

std::string initialize_result(Shared& shared, const Caller& caller, Revision revision) {
  Json result = {{"protocolVersion", std::string(facts(revision).name)},
                 {"capabilities", server_capabilities(shared.features, revision)},
                 {"serverInfo", shared.writer.server_info()}};
  std::string instructions = shared.service.instructions(caller);
  if (!instructions.empty()) result["instructions"] = std::move(instructions);
  return dump_json(result);
}

std::string discover_result(Shared& shared, const Caller& caller) {
  Json body = {{"supportedVersions", shared.supported},
               {"capabilities", server_capabilities(shared.features, Revision::V2026_07_28)}};
  std::string instructions = shared.service.instructions(caller);
  if (!instructions.empty()) body["instructions"] = std::move(instructions);
  return shared.writer.discovery(std::move(body));
}

}  // namespace tier0::mcp
