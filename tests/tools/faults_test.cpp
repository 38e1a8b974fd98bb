// Every runbook meets every fault at every call, and what its answer says is true.
#include <catch2/catch.hpp>

#include "tests/tools/rehearsal.h"

using namespace tier0;

namespace {

struct Fault {
  const char* name;
  void (*strike)(ToolRun& run, const std::string& method);
};

const std::vector<Fault> kWriteFaults = {
    {"refused",
     [](ToolRun& run, const std::string& m) { run.hosting.fail_next(m, Code::Forbidden); }},
    {"limited",
     [](ToolRun& run, const std::string& m) { run.hosting.fail_next(m, Code::RateLimited); }},
    {"500 without a trace",
     [](ToolRun& run, const std::string& m) {
       run.hosting.fail_next(m, Error{.code = Code::Upstream,
                                      .message = "[VPS:9999] Something went wrong.",
                                      .hint = "Read the world.",
                                      .maybe_done = true});
     }},
    {"lost before it arrived",
     [](ToolRun& run, const std::string& m) { run.hosting.fail_next(m, Code::TimeoutUnknown); }},
    {"lost after the effect",
     [](ToolRun& run, const std::string& m) { run.hosting.lose_answer_of(m); }},
    {"hollow", [](ToolRun& run, const std::string& m) { run.hosting.answer_hollow(m); }},
    {"hollow, without an action",
     [](ToolRun& run, const std::string& m) {
       run.hosting.answer_hollow(m, FakeHosting::Trace::None);
     }},
    {"an action that fails",
     [](ToolRun& run, const std::string&) {
       run.hosting.set_actions_end(ActionsEnd::WhenTold);
       run.clock.on_wait = [&run] { run.hosting.finish_actions(ActionState::Error); };
     }},
    {"an action that stays delayed",
     [](ToolRun& run, const std::string&) { run.hosting.set_actions_end(ActionsEnd::WhenTold); }}};

const std::vector<Fault> kReadFaults = {
    {"500 once",
     [](ToolRun& run, const std::string& m) { run.hosting.fail_next(m, Code::Upstream); }},
    {"500 three times",
     [](ToolRun& run, const std::string& m) {
       for (int i = 0; i < 3; ++i) run.hosting.fail_next(m, Code::Upstream);
     }},
    {"a refused token",
     [](ToolRun& run, const std::string& m) { run.hosting.fail_next(m, Code::Auth); }}};

const std::vector<Fault> kHostFaults = {
    {"a host that dies",
     [](ToolRun& run, const std::string& host) { run.ssh.fail_host(host, Code::SshUnreachable); }},
    {"a host that refuses us",
     [](ToolRun& run, const std::string& host) { run.ssh.fail_host(host, Code::SshAuth); }},
    {"a file that cannot be written",
     [](ToolRun& run, const std::string&) { run.ssh.fail_next_write(Code::Forbidden); }},
    {"a file whose write nobody answered",
     [](ToolRun& run, const std::string&) {
       run.ssh.fail_next_write(Code::TimeoutUnknown, FakeSsh::AfterStart::Yes);
     }},
    {"a store that seals",
     [](ToolRun& run, const std::string&) {
       run.keys.fail_next =
           Error{.code = Code::SecretUnavailable, .message = "the vault is sealed", .hint = "x"};
     }},
    {"a store that loses an answer",
     [](ToolRun& run, const std::string&) { run.keys.loses_answers = true; }}};

std::set<std::string> methods_of(const std::vector<HostingCall>& calls) {
  std::set<std::string> names;
  for (const HostingCall& call : calls) names.insert(call.method);
  return names;
}

struct Expected {
  std::string before;
  std::string after;
  std::string after_without_register;
  std::set<std::string> writes;
  std::set<std::string> reads;
};

Expected expected_of(const RehearsedTool& tool) {
  const Rehearsal it = tool.set_up();
  Expected expected{.before = world_of(*it.run),
                    .after = {},
                    .after_without_register = {},
                    .writes = {},
                    .reads = {}};
  const auto done = it.run->call(tool.tool, it.args);
  INFO(tool.tool);
  if (!done) FAIL(done.error().message);
  expected.after = world_of(*it.run);
  expected.after_without_register = world_without_register(*it.run);
  expected.writes = methods_of(it.run->hosting.writes());
  expected.reads = methods_of(it.run->hosting.calls());
  for (const std::string& write : expected.writes) expected.reads.erase(write);
  return expected;
}

bool says_it_does_not_know(Code code) {
  return code == Code::Unknown || code == Code::TimeoutUnknown || code == Code::Partial;
}

/// What may be there twice: rules and syncs are states, and what failed openly may be tried again.
bool may_repeat(const std::string& method) {
  static const std::set<std::string> kStates = {"replace_firewall_rules",
                                                "add_firewall_rule",
                                                "delete_firewall_rule",
                                                "sync_firewall",
                                                "delete_key",
                                                "sync_firewall_everywhere",
                                                "create_key",
                                                "deactivate_firewall"};
  return kStates.contains(method);
}

bool warns_of_the_register(const ToolOutput& output) {
  return std::ranges::any_of(output.warnings, [](const std::string& warning) {
    return warning.find("the register") != std::string::npos;
  });
}

void check_truth(const Result<ToolOutput>& answer, const ToolRun& run, const Expected& expected) {
  const std::string world = world_of(run);
  if (answer && warns_of_the_register(*answer)) {
    CHECK(world_without_register(run) == expected.after_without_register);
  } else if (answer) {
    CHECK(world == expected.after);
  } else {
    INFO(to_string(answer.error().code) << ": " << answer.error().message);
    CHECK(answer.error().code != Code::Internal);
    CHECK_FALSE(answer.error().message.empty());
    if (says_it_does_not_know(answer.error().code))
      CHECK_FALSE(answer.error().hint.empty());
    else
      CHECK(world == expected.before);
  }
  for (const std::string& method : methods_of(run.hosting.writes())) {
    INFO(method);
    if (!may_repeat(method)) CHECK(run.hosting.calls(method).size() == 1);
  }
}

}  // namespace

TEST_CASE("what a runbook says of a write that went wrong is true", "[tools][faults]") {
  for (const RehearsedTool& tool : rehearsals()) {
    const Expected expected = expected_of(tool);
    for (const std::string& method : expected.writes)
      for (const Fault& fault : kWriteFaults) {
        INFO(tool.tool << ", " << method << ": " << fault.name);
        const Rehearsal it = tool.set_up();
        fault.strike(*it.run, method);

        check_truth(it.run->call(tool.tool, it.args), *it.run, expected);
      }
  }
}

TEST_CASE("what a runbook says of a read that went wrong is true", "[tools][faults]") {
  for (const RehearsedTool& tool : rehearsals()) {
    const Expected expected = expected_of(tool);
    for (const std::string& method : expected.reads)
      for (const Fault& fault : kReadFaults)
        for (int turns = 0; turns < 6; ++turns) {
          INFO(tool.tool << ", " << method << " after " << turns << " turns: " << fault.name);
          const Rehearsal it = tool.set_up();
          it.run->on_line = [&, left = turns](ToolRun& run) mutable {
            if (left-- == 0) fault.strike(run, method);
          };

          check_truth(it.run->call(tool.tool, it.args), *it.run, expected);
        }
  }
}

TEST_CASE("what a runbook says of a host or a key store that failed is true", "[tools][faults]") {
  for (const RehearsedTool& tool : rehearsals()) {
    const Expected expected = expected_of(tool);
    for (const Fault& fault : kHostFaults)
      for (int lines = 0; lines < 40; ++lines) {
        INFO(tool.tool << ", after " << lines << " lines of the journal: " << fault.name);
        const Rehearsal it = tool.set_up();
        it.run->on_line = [&, left = lines](ToolRun& run) mutable {
          if (left-- == 0) fault.strike(run, "web-2");
        };

        check_truth(it.run->call(tool.tool, it.args), *it.run, expected);
      }
  }
}
