#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "server/mcp/responder.h"

namespace tier0::transport {

/// The head of one request, as sent: nothing is percent-decoded, so what is compared is what the
/// client wrote. The views point into the bytes it was parsed from.
struct RequestHead {
  std::string_view method = {};
  std::string_view path = {};
  std::string_view query = {};  // without the question mark
  bool http_1_0 = false;
  bool wants_close = false;
  bool chunked = false;
  std::optional<std::size_t> content_length = {};
  std::vector<mcp::HeaderView> fields = {};  // without the spaces and tabs around values

  /// Names compare without regard to case, here and below.
  std::size_t count(std::string_view name) const;
  /// The first value; nothing where the field is absent, an empty value where it is empty.
  std::optional<std::string_view> find(std::string_view name) const;
};

/// Why a request goes no further, with the status to answer.
struct HeadFault {
  int status = 400;
  std::string_view reason = {};
};

/// The longest head that is read, request line and all fields together.
inline constexpr std::size_t kMaxHead = std::size_t{32} * 1024;

bool same_name(std::string_view a, std::string_view b);

/// The length of the head at the front of `bytes`, its empty line included; nothing where that has
/// not arrived.
std::optional<std::size_t> head_length(std::string_view bytes);

/// Parses a complete head. It refuses what two servers in a row could read differently (RFC 9112
/// sections 2.2, 3.2, 5 and 6): bare CR or LF, folded lines, space around field names, repeated or
/// signed lengths, a length beside a transfer coding, codings other than chunked, targets that are
/// not a path. The library behind it is laxer and percent-decodes values.
std::variant<RequestHead, HeadFault> parse_head(std::string_view bytes);

}  // namespace tier0::transport
