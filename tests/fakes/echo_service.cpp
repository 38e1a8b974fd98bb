#include "tests/fakes/echo_service.h"

#include <functional>
#include <utility>

namespace tier0 {
namespace {

Json tool(const std::string& name) {
  return {{"name", name},
          {"description", "A tool of the tests."},
          {"inputSchema", {{"type", "object"}}},
          {"annotations", {{"readOnlyHint", true}}}};
}

mcp::Answer text(const std::string& value) {
  return {.result = {{"content", Json::array({{{"type", "text"}, {"text", value}}})}}};
}

}  // namespace

EchoService::EchoService()
    : list_(*mcp::ToolList::build({tool("echo"), tool("whoami"), tool("progress"), tool("hold")})) {
}

void EchoService::call(std::shared_ptr<mcp::Call> call, std::string name, Json arguments) {
  if (name == "echo") return call->reply(text(string_member(arguments, "text")));
  if (name == "whoami") return call->reply(text(call->caller().name));
  if (name == "hold") return hold(std::move(call));
  if (name != "progress") return call->reply(mcp::unknown_tool(name));
  const int count = arguments.value("count", 1);
  const std::string message(arguments.value("size", std::size_t{1}), 'x');
  for (int i = 1; i <= count; ++i) call->progress().report(i, count, message);
  call->reply(text("done"));
}

void EchoService::hold(std::shared_ptr<mcp::Call> call) {
  auto held = std::make_unique<Held>(std::move(call), [this] {
    const MutexLock lock(mutex_);
    ++cancelled_;
    changed_.notify_all();
  });
  const MutexLock lock(mutex_);
  held_.push_back(std::move(held));
  ++held_count_;
  changed_.notify_all();
}

void EchoService::release() {
  std::vector<std::unique_ptr<Held>> held;
  {
    const MutexLock lock(mutex_);
    held.swap(held_);
  }
  for (const auto& each : held) each->call->reply(text("released"));
}

bool EchoService::wait_until(int EchoService::*counter, int count) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  const MutexLock lock(mutex_);
  while (this->*counter < count)
    if (changed_.wait_until(mutex_, deadline) == std::cv_status::timeout) return false;
  return true;
}

bool EchoService::wait_for_held(int count) {
  return wait_until(&EchoService::held_count_, count);
}

bool EchoService::wait_for_cancelled(int count) {
  return wait_until(&EchoService::cancelled_, count);
}

int EchoService::cancelled() {
  const MutexLock lock(mutex_);
  return cancelled_;
}

}  // namespace tier0
