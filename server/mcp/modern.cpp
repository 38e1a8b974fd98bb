#include "server/mcp/modern.h"

#include <charconv>
#include <cmath>
#include <utility>

#include "server/mcp/headers.h"

namespace tier0::mcp {
namespace {

// The integers that every JSON implementation holds exactly.
constexpr double kExactLimit = 9007199254740991.0;

ProtocolError mismatch(std::string message) {
  return {.fault = Fault::HeaderMismatch, .message = std::move(message)};
}

std::optional<ProtocolError> check_plain(const HttpHeaders& headers, std::string_view name,
                                         std::string_view expected) {
  const HeaderValue found = find_header(headers.lines, name);
  if (found.count != 1)
    return mismatch("the header " + std::string(name) + " must occur exactly once");
  if (found.value != expected)
    return mismatch("the header " + std::string(name) + " differs from the body");
  return std::nullopt;
}

bool repeats_text(const HttpHeaders& headers, std::string_view value, std::string_view expected) {
  const auto decoded = decode_header_value(value);
  if (!decoded) return false;
  if (*decoded == expected) return true;
  return headers.percent_decoded && value == percent_decode(expected);
}

std::optional<ProtocolError> check_name(const HttpHeaders& headers, const Json& params,
                                        std::string_view source) {
  const Json* expected = find_member(params, source);
  // Without a name in the body there is nothing to repeat; the dispatcher refuses it.
  if (expected == nullptr || !expected->is_string()) return std::nullopt;
  const HeaderValue found = find_header(headers.lines, "Mcp-Name");
  if (found.count != 1) return mismatch("the header Mcp-Name must occur exactly once");
  if (!repeats_text(headers, found.value, expected->get_ref<const std::string&>()))
    return mismatch("the header Mcp-Name differs from params." + std::string(source));
  return std::nullopt;
}

std::optional<ProtocolError> check_headers(const jsonrpc::Request& request,
                                           const MethodFacts* method, const HttpHeaders& headers) {
  if (auto error = check_plain(headers, "Mcp-Method", request.method)) return error;
  if (method == nullptr || method->name_source.empty()) return std::nullopt;
  return check_name(headers, request.params, method->name_source);
}

const Json* at_path(const Json& arguments, const std::vector<std::string>& path) {
  const Json* value = &arguments;
  for (const std::string& name : path) {
    value = find_member(*value, name);
    if (value == nullptr) return nullptr;
  }
  return value->is_null() ? nullptr : value;
}

bool repeats_number(std::string_view text, const Json& expected) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  return std::isfinite(value) && std::abs(value) <= kExactLimit && value == expected.get<double>();
}

bool repeats_value(const HttpHeaders& headers, std::string_view text, const Json& expected) {
  if (expected.is_string())
    return repeats_text(headers, text, expected.get_ref<const std::string&>());
  const auto decoded = decode_header_value(text);
  if (!decoded) return false;
  if (expected.is_boolean()) return *decoded == (expected.get<bool>() ? "true" : "false");
  return expected.is_number() && repeats_number(*decoded, expected);
}

}  // namespace

std::variant<ModernRequest, ProtocolError> check_modern(const jsonrpc::Request& request,
                                                        const Features& features,
                                                        const Json& supported,
                                                        const HttpHeaders* headers) {
  auto read = read_envelope(request.params);
  if (auto* error = std::get_if<ProtocolError>(&read)) return std::move(*error);
  auto& envelope = std::get<Envelope>(read);

  if (headers != nullptr)
    if (auto error = check_plain(*headers, "MCP-Protocol-Version", envelope.version))
      return std::move(*error);
  const auto revision = parse_revision(envelope.version);
  if (!revision || !facts(*revision).modern)
    return unsupported_version(supported, envelope.version);

  const MethodFacts* method = find_method(request.method);
  if (headers != nullptr)
    if (auto error = check_headers(request, method, *headers)) return std::move(*error);
  if (method == nullptr || !is_offered(*method, *revision, features))
    return unknown_method(request.method);
  return ModernRequest{
      .method = method, .revision = *revision, .capabilities = std::move(envelope.capabilities)};
}

std::optional<ProtocolError> check_header_params(const std::vector<HeaderParam>& expected,
                                                 const Json& params, const HttpHeaders& headers) {
  const Json* arguments = find_member(params, "arguments");
  for (const HeaderParam& param : expected) {
    const std::string name = "Mcp-Param-" + param.name;
    const Json* value = arguments == nullptr ? nullptr : at_path(*arguments, param.path);
    const HeaderValue found = find_header(headers.lines, name);
    if (value == nullptr && found.count == 0) continue;
    if (value == nullptr) return mismatch("the header " + name + " has no argument to repeat");
    if (found.count != 1) return mismatch("the header " + name + " must occur exactly once");
    if (!repeats_value(headers, found.value, *value))
      return mismatch("the header " + name + " differs from the argument");
  }
  return std::nullopt;
}

}  // namespace tier0::mcp
