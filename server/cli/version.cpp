#include "server/cli/commands.h"
#include "server/cli/terminal.h"
#include "version.gen.h"

namespace tier0::cli {

int run(const Version&, const Options& options) {
  const Terminal terminal(options);
  if (options.json)
    terminal.print({{"name", "tier0"}, {"version", kVersion}});
  else
    terminal.line("tier0 " + std::string(kVersion));
  return kDone;
}

}  // namespace tier0::cli
