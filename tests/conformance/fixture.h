#pragma once

#include "server/base/clock.h"
#include "server/mcp/service.h"
#include "tests/conformance/fixture_prompts.h"
#include "tests/conformance/fixture_resources.h"
#include "tests/conformance/fixture_tools.h"

namespace tier0::conformance {

/// What the official conformance suite asks of a server: tools, prompts and resources by its names.
/// The transcripts and the tests of the protocol use it too.
class Fixture final : public mcp::Service {
 public:
  explicit Fixture(const Clock& clock) : tools_(clock) {}

  void set_triggers(Triggers triggers) { tools_.set_triggers(std::move(triggers)); }

  const mcp::ServerInfo& info() const override { return info_; }
  std::string instructions(const mcp::Caller&) override { return "A fixture for tests."; }
  mcp::Tools* tools() override { return &tools_; }
  mcp::Prompts* prompts() override { return &prompts_; }
  mcp::Resources* resources() override { return &resources_; }
  mcp::Completions* completions() override { return &prompts_; }
  bool logs() const override { return true; }

 private:
  const mcp::ServerInfo info_{
      .name = "conformance-server", .title = "Conformance fixture", .version = "1.0.0"};
  FixtureTools tools_;
  FixturePrompts prompts_;
  FixtureResources resources_;
};

}  // namespace tier0::conformance
