// A person goes on with an operation, or gives it up: through the process that owns the state
// directory, or as that process where there is none.
#include <unistd.h>

#include "server/cli/engine.h"
#include "server/cli/operation_desk.h"
#include "server/cli/terminal.h"
#include "server/state/hello.h"

namespace tier0::cli {
namespace {

constexpr std::chrono::seconds kDecidedWithin{30};

/// The exit code where it did not work (said on stderr). `engine` is made where no other process
/// owns the state directory, and carries the operation on.
std::optional<int> decide(const Options& options, const Json& request,
                          std::unique_ptr<Engine>& engine) {
  auto setup = prepare(options);
  if (!setup) return fail_usage(setup.error());
  auto opened = claim(*setup);
  if (!opened) return fail_usage(opened.error());
  Result<Json> answer = Json();
  if (auto* state = std::get_if<std::unique_ptr<StateDirectory>>(&*opened)) {
    auto started = Engine::start(options, *std::move(setup), std::move(*state), {});
    if (!started) return fail(started.error());
    engine = *std::move(started);
    answer = answer_about_operations(engine->operations(), *engine->policy(), getuid(), request);
  } else {
    answer = ask_owner(setup->state, "", request, kDecidedWithin);
  }
  if (!answer) return fail(answer.error());
  if (!answer->value("ok", false)) return fail(parse_error(*answer));
  return std::nullopt;
}

}  // namespace

int run(const OperationsResume& command, const Options& options) {
  std::unique_ptr<Engine> engine;
  const Json request = {{"op", "operations-resume"}, {"operation", command.id}};
  if (const auto failed = decide(options, request, engine)) return *failed;
  return run(OperationsWatch{.id = command.id}, options);
}

int run(const OperationsAbandon& command, const Options& options) {
  std::unique_ptr<Engine> engine;
  const Json request = {{"op", "operations-abandon"}, {"operation", command.id}};
  if (const auto failed = decide(options, request, engine)) return *failed;
  const int ended = run(OperationsWatch{.id = command.id}, options);
  return ended == kFailed ? kDone : ended;  // an abandoned one is what was asked for
}

}  // namespace tier0::cli
