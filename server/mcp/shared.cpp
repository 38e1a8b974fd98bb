#include "server/mcp/shared.h"

#include <utility>

namespace tier0::mcp {
namespace {

enum class Eras { All, Legacy };

Json names_of_supported(const Options& options, Eras eras) {
  Json names = Json::array();
  for (const RevisionFacts& entry : all_revisions())
    if (entry.modern ? eras == Eras::All : options.legacy) names.push_back(std::string(entry.name));
  return names;
}

}  // namespace

Shared::Shared(Service& with_service, Executor& with_executor, const Clock& with_clock,
               Options with_options)
    : service(with_service),
      executor(with_executor),
      clock(with_clock),
      options(std::move(with_options)),
      features(Features::of(with_service)),
      supported(names_of_supported(options, Eras::All)),
      legacy_supported(names_of_supported(options, Eras::Legacy)),
      writer(with_service.info(), options.list_ttl),
      sealer(options.keys),
      own_spent(with_clock),
      states(sealer, options.spent != nullptr ? *options.spent : own_spent, with_clock,
             options.state_lifetime),
      listens(options.listens, options.listens_per_caller),
      sessions(options.sessions, options.sessions_per_caller),
      timer(with_clock) {}

}  // namespace tier0::mcp
