#include "server/mcp/envelope.h"

#include <array>

#include "server/jsonrpc/message.h"

namespace tier0::mcp {
namespace {

constexpr std::array<std::string_view, 8> kLevels = {"debug", "info",     "notice", "warning",
                                                     "error", "critical", "alert",  "emergency"};

ProtocolError bad_envelope(std::string_view key, std::string_view rule) {
  return {.fault = Fault::InvalidEnvelope,
          .message = "_meta[\"" + std::string(key) + "\"] " + std::string(rule)};
}

const Json* meta_of(const Json& params) {
  const Json* meta = find_member(params, "_meta");
  return meta != nullptr && meta->is_object() ? meta : nullptr;
}

bool is_implementation(const Json& info) {
  const Json* name = find_member(info, "name");
  const Json* version = find_member(info, "version");
  return name != nullptr && name->is_string() && version != nullptr && version->is_string();
}

}  // namespace

bool has_claim(const Json& params) {
  const Json* meta = meta_of(params);
  return meta != nullptr && meta->contains(kMetaVersion);
}

std::variant<Envelope, ProtocolError> read_envelope(const Json& params) {
  const Json* meta = meta_of(params);
  if (meta == nullptr) return missing_envelope();
  const Json* version = find_member(*meta, kMetaVersion);
  if (version == nullptr || !version->is_string())
    return bad_envelope(kMetaVersion, "must be a string");
  const Json* capabilities = find_member(*meta, kMetaCapabilities);
  if (capabilities == nullptr || !capabilities->is_object())
    return bad_envelope(kMetaCapabilities, "must be an object");
  const Json* client = find_member(*meta, kMetaClientInfo);
  if (client != nullptr && !is_implementation(*client))
    return bad_envelope(kMetaClientInfo, "must have a name and a version");
  return Envelope{.version = version->get<std::string>(), .capabilities = *capabilities};
}

ProtocolError missing_envelope() {
  return {.fault = Fault::InvalidEnvelope,
          .message = "params._meta must have \"" + std::string(kMetaVersion) + "\" and \"" +
                     std::string(kMetaCapabilities) + "\""};
}

std::variant<RequestMeta, ProtocolError> read_request_meta(const Json& params, Revision revision) {
  RequestMeta read;
  const Json* meta = meta_of(params);
  if (meta == nullptr) return read;
  if (const Json* token = find_member(*meta, "progressToken")) {
    if (!jsonrpc::is_id(*token))
      return invalid_params("_meta.progressToken must be a string or an integer");
    read.progress_token = *token;
  }
  if (!facts(revision).modern) return read;
  if (const Json* level = find_member(*meta, kMetaLogLevel)) {
    if (level->is_string()) read.log_level = parse_log_level(level->get_ref<const std::string&>());
    if (!read.log_level)
      return invalid_params("_meta[\"" + std::string(kMetaLogLevel) + "\"] is no log level");
  }
  return read;
}

std::optional<LogLevel> parse_log_level(std::string_view name) {
  for (std::size_t i = 0; i < kLevels.size(); ++i)
    if (kLevels[i] == name) return static_cast<LogLevel>(i);
  return std::nullopt;
}

std::string_view to_string(LogLevel level) {
  return kLevels[static_cast<std::size_t>(level)];
}

}  // namespace tier0::mcp
