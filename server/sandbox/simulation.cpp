#include "server/sandbox/simulation.h"

#include <algorithm>

#include "server/base/log.h"
#include "server/sandbox/provider.h"
#include "server/sandbox/timeline.h"

namespace tier0::sandbox {
namespace {

constexpr std::size_t kMostStateBytes = std::size_t{256} * 1024 * 1024;

Result<World> saved_world(const StateFile& file, std::optional<std::string> text) {
  if (!text || !file.enabled())
    return Error{.code = Code::NotFound, .message = "there is no saved world"};
  T0_TRY(const Json value, parse_json(*text, {.bytes = kMostStateBytes}));
  return world_from_json(value);
}

Error unusable(const Error& problem, const std::string& path) {
  return {.code = Code::NotConfigured,
          .message = "the sandbox's state " + path + " cannot be used: " + problem.message,
          .hint = "Start anew with --seed, or move the file away."};
}

}  // namespace

Result<std::unique_ptr<Simulation>> Simulation::open(const Seeding& seeding, bool fresh,
                                                     const std::string& state_file,
                                                     const Clock& clock) {
  const StateFile file(state_file);
  T0_TRY(std::optional<std::string> text, file.load());
  auto saved = saved_world(file, std::move(text));
  if (!saved && saved.error().code != Code::NotFound && !fresh)
    return unusable(saved.error(), state_file);
  Stage stage{.world = {}, .seeding = seeding};
  if (saved && !fresh) {
    stage.world = *std::move(saved);
    stage.world.time_scale = seeding.time_scale;
    T0_CHECK(limit_rate(stage.world, seeding));
    stage.seeding.seed = stage.world.seed;
    if (!can_be_reached(stage.world)) stage.world.tokens = make_tokens();
  } else {
    // A new world under the old tokens, so that clients need not be told.
    const std::vector<Token> tokens =
        saved && can_be_reached(*saved) ? saved->tokens : make_tokens();
    T0_TRY(stage.world, make_world(seeding, tokens, clock.wall().time_since_epoch().count()));
  }
  auto simulation = std::make_unique<Simulation>(Opened{}, std::move(stage), state_file, clock);
  simulation->save();
  return simulation;
}

bool Simulation::catch_up() {
  const bool happened = advance(stage_.world, now_locked());
  if (happened) changed();
  return happened;
}

void Simulation::changed() {
  ++revision_;
  condition_.notify_all();
}

Response Simulation::call(const Request& request) {
  Answer answered;
  bool dirty = false;
  {
    const MutexLock lock(mutex_);
    dirty = catch_up();
    const Millis time = now_locked();
    answered = answer(stage_.world, stage_.limits, request, time);
    stage_.log.add(request, answered, time);
    if (answered.effect == "applied") changed();
    dirty = dirty || answered.effect == "applied";
  }
  if (dirty) save();
  return std::move(answered.response);
}

Response Simulation::control_call(const Request& request) {
  Response response;
  {
    const MutexLock lock(mutex_);
    catch_up();
    response = control(stage_, request, real());
    if (request.method != "GET") changed();
  }
  save();
  return response;
}

void Simulation::seed_with(std::string deploy_public_key) {
  const MutexLock lock(mutex_);
  stage_.seeding.deploy_public_key = std::move(deploy_public_key);
}

void Simulation::run(const std::stop_token& stop) {
  constexpr Millis kLongest = 60'000;
  while (!stop.stop_requested()) {
    bool happened = false;
    {
      const MutexLock lock(mutex_);
      happened = catch_up();
      if (!happened) {
        const Millis due = next_event(stage_.world).value_or(now_locked() + kLongest);
        const Millis wait = std::clamp<Millis>(due - now_locked(), 1, kLongest);
        const std::uint64_t seen = revision_;
        condition_.wait_until(mutex_, stop, clock_.now() + std::chrono::milliseconds(wait),
                              [this, seen]()
                                  NO_THREAD_SAFETY_ANALYSIS { return revision_ != seen; });
      }
    }
    if (happened) save();
  }
}

void Simulation::save() {
  if (!file_.enabled()) return;
  std::string text;
  std::uint64_t revision = 0;
  {
    const MutexLock lock(mutex_);
    text = dump_json(to_json_value(stage_.world));
    revision = revision_;
  }
  if (auto saved = file_.save(revision, text); !saved) log::error(saved.error().message);
}

std::string Simulation::full_token() const {
  const MutexLock lock(mutex_);
  const auto full = std::ranges::find(stage_.world.tokens, "full", &Token::id);
  return full == stage_.world.tokens.end() ? "" : full->value;
}

Json Simulation::endpoints() const {
  const MutexLock lock(mutex_);
  return endpoints_view(stage_);
}

}  // namespace tier0::sandbox
