// Waits for an operation of the caller. The broker does the waiting: it knows whose operations are
// whose, and lets no thread wait.
#include "tool_handlers.gen.h"

namespace tier0::tools {

Result<ToolOutput> wait_for_operation(ToolContext&, const Json& args) {
  ToolOutput output;
  output.waits_for = args.at("operation_id").get<std::string>();
  return output;
}

}  // namespace tier0::tools
