#include "server/sandbox/call.h"

#include <algorithm>
#include <charconv>

#include "server/sandbox/fields.h"
#include "server/sandbox/replies.h"
#include "server/sandbox/views.h"

namespace tier0::sandbox {
namespace {

constexpr double kSecondsUntilSent = 1;

Action& add_action(Call& call, Vm& vm, std::string_view name) {
  vm.actions.push_back({.id = new_id(call.world),
                        .name = std::string(name),
                        .created = call.now,
                        .updated = call.now});
  return vm.actions.back();
}

/// When the work that already runs on the VM will be over.
Millis free_from(const World& world, const Vm& vm, Millis now) {
  Millis last = now;
  for (const Event& event : world.events)
    if (event.vm == vm.id && event.what == "action.done") last = std::max(last, event.at);
  return last;
}

/// What is to become of the action when an injected fault says so.
void apply_outcomes(const Call& call, Json& args) {
  for (const std::string& outcome : call.outcomes) args["outcomes"].push_back(outcome);
}

}  // namespace

Id Call::id(std::size_t index) const {
  Id value = 0;
  const std::string& text = path.at(index);
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool Call::suffers(std::string_view outcome) const {
  return std::ranges::find(outcomes, outcome) != outcomes.end();
}

Millis scaled(const World& world, double seconds) {
  return std::max<Millis>(1, static_cast<Millis>(seconds * 1000 / world.time_scale));
}

void schedule(World& world, Event event) {
  const auto later = std::ranges::upper_bound(world.events, event.at, {}, &Event::at);
  world.events.insert(later, std::move(event));
}

Response start_work(Call& call, Vm& vm, Work work) {
  World& world = call.world;
  const Millis start = vm.busy_with != 0 ? free_from(world, vm, call.now) : call.now;
  const Millis length = scaled(world, work.seconds);
  Action& action = add_action(call, vm, work.name);
  const auto event = [&](Millis at, std::string_view what, Json args) {
    schedule(world, {.at = at,
                     .what = std::string(what),
                     .account = call.account.name,
                     .vm = vm.id,
                     .action = action.id,
                     .args = std::move(args)});
  };
  if (vm.busy_with != 0) action.state = "delayed";
  vm.busy_with = action.id;
  const Millis sent = start + std::min(scaled(world, kSecondsUntilSent), length / 2);
  event(sent, call.suffers("action-delayed") ? "action.delayed" : "action.sent", Json::object());
  const auto steps = static_cast<Millis>(work.through.size());
  for (Millis i = 0; i < steps; ++i)
    event(sent + (length - (sent - start)) * i / steps, "vm.state",
          {{"state", work.through[static_cast<std::size_t>(i)]}});
  work.args["verb"] = work.verb;
  work.args["was"] = vm.state;
  apply_outcomes(call, work.args);
  if (!call.suffers("action-never")) event(start + length, "action.done", std::move(work.args));
  return ok(action_view(action));
}

Response nothing_to_do(Call& call, Vm& vm, std::string_view name) {
  Action& action = add_action(call, vm, name);
  action.state = "success";
  return ok(action_view(action));
}

std::optional<Response> refuse_unless(Call& call, const Vm& vm,
                                      std::initializer_list<std::string_view> states) {
  if (vm.busy_with != 0 && !call.world.quirks.on("locked-queues")) {
    constexpr std::string_view kText =
        "[VPS:2004] Virtual machine is locked. Another action is in progress.";
    return refusal(call.world, call.world.quirks.on("locked-409") ? 409 : 422, kText);
  }
  if (std::ranges::find(states, vm.state) != states.end()) return std::nullopt;
  return refused_inside(
      call.world,
      "[VPS:2004] Action is not allowed while the virtual machine is " + vm.state + ".");
}

Vm* path_vm(Call& call) {
  return find_vm(call.account, call.id(0));
}

}  // namespace tier0::sandbox
