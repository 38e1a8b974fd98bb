#pragma once

#include <string_view>

#include "server/tool/tool.h"

namespace tier0 {

/// A tool from its file in schemas/tools, with the arguments that its effect adds; `run` is left to
/// the registry. Kind internal, naming the
/// tool and the fault, for anything but the keys of schemas/tool-descriptor.json.
Result<Tool> parse_descriptor(std::string_view name, std::string_view json);

}  // namespace tier0
