#pragma once

#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "server/sandbox/message.h"
#include "server/sandbox/world.h"

namespace tier0::sandbox {

/// One authenticated API call on its way through a handler. Lives as long as the call.
struct Call {
  World& world;
  Account& account;
  const Request& request;
  Millis now = 0;
  std::vector<std::string> path = {};      // the values of the route's {…} parts, in order
  Json body = Json::object();              // always an object: what is none counts as empty
  std::vector<std::string> outcomes = {};  // kinds of the injected faults that change the effect

  bool took_effect = false;  // set by a handler that changes the world and then refuses

  Id id(std::size_t index) const;  // a path part that the router has found to be a number
  bool suffers(std::string_view outcome) const;
};

using Handler = Response (*)(Call& call);

/// The handlers of the API, a group a file. Each answers as the provider does and changes the world
/// of its call only.
struct Route {
  std::string_view method;
  std::string_view pattern;  // {name} matches a number, {name:text} any segment
  std::string_view operation;
  Handler handler;
};

/// Provider seconds as real milliseconds under the world's time scale, at least one.
Millis scaled(const World& world, double seconds);

/// Puts an event into the world's queue.
void schedule(World& world, Event event);

/// What a mutation on a VM does over time.
struct Work {
  std::string_view verb;  // names the effect in effects.cpp
  std::string_view name;  // the action's name in the API
  double seconds = 10;    // provider time
  Json args = Json::object();
  std::vector<std::string_view> through = {};  // VM states on the way, spread evenly
};

/// Starts an action on the VM, locks it and answers the action. The caller has checked the state.
Response start_work(Call& call, Vm& vm, Work work);

/// Answers an action that ended at once, because the world is already so.
Response nothing_to_do(Call& call, Vm& vm, std::string_view name);

/// The lock and the state machine: refuses unless the VM is unlocked and in one of the states.
std::optional<Response> refuse_unless(Call& call, const Vm& vm,
                                      std::initializer_list<std::string_view> states);

/// The VM that the first path part names.
Vm* path_vm(Call& call);

}  // namespace tier0::sandbox
