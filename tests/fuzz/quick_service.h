#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "server/mcp/service.h"

namespace tier0::fuzz {

/// Answers at once. What is called "ask…" asks the client first, three times; "hold" is never
/// answered.
class QuickService final : public mcp::Service {
 public:
  const mcp::ServerInfo& info() const override { return info_; }
  std::string instructions(const mcp::Caller&) override { return "i"; }
  mcp::Tools* tools() override { return &tools_; }
  mcp::Prompts* prompts() override { return &prompts_; }
  mcp::Resources* resources() override { return &resources_; }
  mcp::Completions* completions() override { return &completions_; }
  bool logs() const override { return true; }

  /// Lets go of what is held.
  void drop() { held_.clear(); }

 private:
  using CallPtr = std::shared_ptr<mcp::Call>;
  using Held = std::vector<CallPtr>;

  static void answer(Held& held, CallPtr call, const std::string& name, Json result) {
    if (name == "hold") return held.push_back(std::move(call));
    call->progress().report(1, 2, "half");
    call->log(mcp::LogLevel::Error, "quick", result);
    if (name == "none") return call->reply(mcp::unknown_tool(name));
    if (!name.starts_with("ask") || call->round() >= 3)
      return call->reply(mcp::Answer{.result = std::move(result)});
    using Kind = mcp::InputRequest::Kind;
    const Kind kind = name == "ask-url"     ? Kind::Url
                      : name == "ask-roots" ? Kind::Roots
                                            : Kind::Form;
    mcp::NeedsInput needs{.requests = {{"q", {.kind = kind, .params = {{"message", "m"}}}}}};
    if (name == "ask-nothing") needs.requests.clear();
    needs.state = call->round();
    call->reply(std::move(needs));
  }

  struct QuickTools final : mcp::Tools {
    explicit QuickTools(Held& kept) : held(kept) {}
    std::shared_ptr<const mcp::ToolList> list(const mcp::Caller&) override { return tools; }
    void call(CallPtr call, std::string name, Json arguments) override {
      answer(held, std::move(call), name,
             {{"content", Json::array()}, {"structuredContent", std::move(arguments)}});
    }
    Held& held;
    std::shared_ptr<const mcp::ToolList> tools = *mcp::ToolList::build(
        {{{"name", "echo"}, {"inputSchema", {{"type", "object"}}}, {"description", "d"}}});
  };

  struct QuickPrompts final : mcp::Prompts {
    explicit QuickPrompts(Held& kept) : held(kept) {}
    std::shared_ptr<const mcp::Listing> list(const mcp::Caller&) override { return prompts; }
    void get(CallPtr call, std::string name, Json) override {
      answer(held, std::move(call), name, {{"messages", Json::array()}});
    }
    Held& held;
    std::shared_ptr<const mcp::Listing> prompts = mcp::Listing::build({{{"name", "p"}}});
  };

  struct QuickResources final : mcp::Resources {
    explicit QuickResources(Held& kept) : held(kept) {}
    std::shared_ptr<const mcp::Listing> list(const mcp::Caller&) override { return items; }
    std::shared_ptr<const mcp::Listing> templates(const mcp::Caller&) override { return items; }
    void read(CallPtr call, std::string uri) override {
      const Json content = {{"uri", uri}, {"text", "t"}};
      answer(held, std::move(call), uri, {{"contents", Json::array({content})}});
    }
    bool may_watch(const mcp::Caller&, const std::string& uri) override { return uri != "none"; }
    Held& held;
    std::shared_ptr<const mcp::Listing> items = mcp::Listing::build({{{"uri", "tier0://a"}}});
  };

  struct QuickCompletions final : mcp::Completions {
    void complete(CallPtr call, Json, Json, Json context) override {
      call->reply(mcp::Answer{.result = {{"completion", std::move(context)}}});
    }
  };

  const mcp::ServerInfo info_{.name = "quick", .title = "Quick", .version = "1"};
  Held held_;
  QuickTools tools_{held_};
  QuickPrompts prompts_{held_};
  QuickResources resources_{held_};
  QuickCompletions completions_;
};

}  // namespace tier0::fuzz
