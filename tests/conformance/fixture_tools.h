#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "server/base/clock.h"
#include "server/mcp/service.h"

namespace tier0::conformance {

/// What some tools make happen.
struct Triggers {
  std::function<void()> tools_changed = [] {};
  std::function<void()> prompts_changed = [] {};
  std::function<void(const std::string& uri)> resource_updated = [](const std::string&) {};
};

/// The tools of the fixture; each is a function in one of the tables below.
class FixtureTools final : public mcp::Tools {
 public:
  using Function = void (*)(const FixtureTools& tools, mcp::Call& call, const Json& arguments);
  struct Entry {
    const char* definition;  // as it is listed
    Function function;
  };

  explicit FixtureTools(const Clock& clock);

  /// Set once, before the first call.
  void set_triggers(Triggers triggers) { triggers_ = std::move(triggers); }
  const Triggers& triggers() const { return triggers_; }
  /// Between two signs of life of a tool. False once the call is cancelled.
  bool pause(const mcp::Call& call, std::chrono::milliseconds time) const;

  std::shared_ptr<const mcp::ToolList> list(const mcp::Caller& caller) override;
  void call(std::shared_ptr<mcp::Call> call, std::string name, Json arguments) override;

 private:
  const Clock& clock_;
  Triggers triggers_;
  std::map<std::string, Function, std::less<>> functions_;
  std::shared_ptr<const mcp::ToolList> list_;
};

std::span<const FixtureTools::Entry> content_tools();
std::span<const FixtureTools::Entry> behaviour_tools();
std::span<const FixtureTools::Entry> asking_tools();
std::span<const FixtureTools::Entry> resuming_tools();
std::span<const FixtureTools::Entry> task_tools();

// A valid tiny picture and a valid empty sound.
inline constexpr const char* kPng =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg==";
inline constexpr const char* kWav = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=";

Json text_block(const std::string& text);
mcp::Answer text_answer(const std::string& text);

}  // namespace tier0::conformance
