#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "server/base/cancel.h"

namespace tier0 {

/// The next line of a socket without its newline, and not a byte more: what follows stays in the
/// socket for whoever reads next. None where the other side ended first. Kind validation beyond
/// `limit` bytes, cancelled, timeout, or internal where the socket fails.
Result<std::optional<std::string>> read_line(int socket, std::size_t limit, const Clock& clock,
                                             const Cancel& cancel);

/// Sends the text and a newline. Kind not_found where the other side is gone.
Result<Unit> write_line(int socket, std::string_view text, const Clock& clock,
                        const Cancel& cancel);

}  // namespace tier0
