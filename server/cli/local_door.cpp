#include "server/cli/local_door.h"

#include "server/base/log.h"
#include "server/cli/host_pins.h"
#include "server/cli/operation_desk.h"
#include "server/transport/stdio.h"

namespace tier0::cli {
namespace {

// Of `tier0 call`; the command that asks over the socket gives up a little later.
constexpr std::chrono::minutes kLongestWait{9};

std::vector<std::string> toolsets_of(const Json& options) {
  std::vector<std::string> toolsets;
  if (const Json* list = find_member(options, "toolsets"); list != nullptr && list->is_array())
    for (const Json& name : *list)
      if (name.is_string()) toolsets.push_back(name.get<std::string>());
  return toolsets;
}

Access access_of(const Json& options) {
  const Json* read_only = find_member(options, "read_only");
  return read_only != nullptr && *read_only == true ? Access::ReadOnly : Access::Full;
}

Result<Principal> who_is(const Engine& engine, const Hello& hello, const Peer& peer) {
  const auto policy = engine.policy();
  if (hello.agent.empty()) return policy->directory().person_of(peer.uid);
  return policy->directory().agent_of(peer.uid, hello.agent);
}

void serve_stream(Engine& engine, int fd, const Hello& hello, const Peer& peer,
                  const std::stop_token& stop) {
  auto who = who_is(engine, hello, peer);
  auto exposure = engine.exposure(toolsets_of(hello.options), access_of(hello.options));
  if (!who || !exposure) return;  // admitted a moment ago; the policy changed since
  transport::StdioTransport stream(
      engine.endpoint(), make_caller(*std::move(who), "socket", *std::move(exposure)), fd, fd);
  if (auto served = stream.serve(stop); !served)
    log::warn("a client at the socket was lost",
              {{"agent", hello.agent}, {"reason", served.error().message}});
}

Json answer_admin(Engine& engine, const Json& request, const Hello& hello, const Peer& peer,
                  const std::stop_token& stop) {
  if (hello.agent.empty() && is_for_approval_desk(request))
    return engine.approvals().answer(request, *engine.policy(), peer.uid, "socket");
  if (hello.agent.empty() && is_for_operation_desk(request))
    return answer_about_operations(engine.operations(), *engine.policy(), peer.uid, request);
  const std::string what = string_member(request, "op");
  auto who = who_is(engine, hello, peer);
  if (!who) return to_json(who.error());
  if (what == "host-key" || what == "pin-host-key") {
    if (who->kind == Principal::Kind::Person)
      return answer_about_pins(engine.store(), engine.audit(), engine.clock(), *who, request);
    return to_json(Error{.code = Code::Forbidden, .message = "only people pin host keys"});
  }
  if (what != "call")
    return to_json(Error{.code = Code::Validation,
                         .message = "the running server does not know '" + what + "'",
                         .hint = "Use the same version of tier0 on both sides."});
  NoProgress quiet;
  return make_call(engine, *who, request, "socket", quiet, stop);
}

}  // namespace

Json make_call(Engine& engine, const Principal& who, const Json& request,
               const std::string& transport, Progress& progress, const std::stop_token& stop) {
  auto exposure = engine.exposure({"all"}, Access::Full);
  if (!exposure) return to_json(exposure.error());
  const Json* arguments = find_member(request, "arguments");
  Reply reply =
      engine.broker().call({.who = who,
                            .tool = string_member(request, "tool"),
                            .arguments = arguments == nullptr ? Json::object() : *arguments,
                            .transport = transport,
                            .exposure = **exposure,
                            .cancel = {.stop = stop},
                            .progress = progress});
  if (std::holds_alternative<Underway>(reply.outcome))
    reply = engine.replies().wait(
        reply, {.stop = stop, .deadline = engine.clock().now() + kLongestWait}, progress);
  const bool unknown = std::holds_alternative<UnknownTool>(reply.outcome);
  return {{"ok", true},
          {"outcome", unknown ? "unknown_tool" : "result"},
          {"is_error", reply.is_error()},
          {"result", result_object(reply)}};
}

Result<std::unique_ptr<LocalServer>> open_local_door(Engine& engine) {
  LocalServerOptions options;
  if (!engine.config().socket_group.empty()) options.group = engine.config().socket_group;
  LocalHandlers handlers;
  handlers.admit = [&engine](const Hello& hello, const Peer& peer) -> Result<Unit> {
    T0_CHECK(who_is(engine, hello, peer));
    T0_CHECK(engine.exposure(toolsets_of(hello.options), access_of(hello.options)));
    return Unit{};
  };
  handlers.on_mcp = [&engine](int fd, const Hello& hello, const Peer& peer,
                              const std::stop_token& stop) {
    serve_stream(engine, fd, hello, peer, stop);
  };
  handlers.on_admin = [&engine](const Json& request, const Hello& hello, const Peer& peer,
                                const std::stop_token& stop) {
    return answer_admin(engine, request, hello, peer, stop);
  };
  return LocalServer::start(engine.paths().socket(), options, std::move(handlers));
}

}  // namespace tier0::cli
