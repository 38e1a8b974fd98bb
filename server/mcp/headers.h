#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "server/mcp/responder.h"

namespace tier0::mcp {

/// How often a header occurs, and its first value without blanks at both ends. Present but empty is
/// not absent.
struct HeaderValue {
  std::size_t count = 0;
  std::string_view value = {};
};

HeaderValue find_header(std::span<const HeaderView> headers, std::string_view name);

/// Which kinds of answer the Accept header allows. A missing one allows both.
struct Accepts {
  bool json = true;
  bool stream = true;
};
Accepts read_accept(std::span<const HeaderView> headers);

/// A value of `Mcp-Name` or `Mcp-Param-*`: plain text, or `=?base64?…?=` around UTF-8 in Base64.
/// Empty if it claims to be Base64 and is not. (2026-07-28, transports, header encoding)
std::optional<std::string> decode_header_value(std::string_view value);

std::string percent_decode(std::string_view text);

}  // namespace tier0::mcp
