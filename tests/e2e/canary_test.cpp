// Whole runs of the real binary at its most talkative: no secret in anything that it says, keeps or
// is started with.
#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "tests/e2e/installation.h"

using namespace tier0;

namespace {

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

/// The words that each tier0 of this machine was started with.
std::string all_arguments() {
  std::string words;
  for (const auto& each : std::filesystem::directory_iterator("/proc")) {
    std::error_code gone;
    const auto program = std::filesystem::read_symlink(each.path() / "exe", gone);
    if (program.filename() == "tier0") words += bytes_of(each.path() / "cmdline") + "\n";
  }
  return words;
}

/// What a run leaves behind, by where it was seen.
class Traces {
 public:
  void add(const std::string& where, const std::string& text) { seen_[where] += text + "\n"; }
  void add(const std::string& where, const Finished& finished) {
    add(where, finished.out);
    add(where + ", its log", finished.err);
  }
  void add_files(const std::filesystem::path& folder) {
    for (const auto& each : std::filesystem::recursive_directory_iterator(folder))
      if (each.is_regular_file()) add(each.path().filename().string(), bytes_of(each.path()));
  }

  bool has(const std::string& text) const {
    return std::any_of(seen_.begin(), seen_.end(), [&text](const auto& each) {
      return each.second.find(text) != std::string::npos;
    });
  }
  void check_clean(const std::vector<std::string>& secrets) const {
    for (const auto& [where, text] : seen_)
      for (const std::string& secret : secrets) {
        INFO(where);
        CHECK(text.find(secret) == std::string::npos);
      }
  }

 private:
  std::map<std::string, std::string> seen_;
};

/// An agent on lines that calls one tool after the other.
class Session {
 public:
  Session(const std::vector<std::string>& words, const std::vector<std::string>& environment = {})
      : process_(words, environment) {}

  std::string call(const std::string& tool, const Json& arguments = Json::object()) {
    process_.send(
        modern_request(++last_, "tools/call", {{"name", tool}, {"arguments", arguments}}));
    return dump_json(process_.answer_to(last_));
  }
  std::string end() {
    process_.close_input();
    const std::string log = process_.rest_of_log();
    CHECK(process_.wait() == 0);
    return log;
  }

 private:
  Running process_;
  int last_ = 0;
};

const std::vector<std::pair<std::string, Json>> kCalls = {
    {"list-vps", Json::object()},
    {"get-vps", {{"vps", "17923"}}},
    {"get-vps", {{"vps", "no such machine"}}},
    {"start-vps", {{"vps", "17923"}}},
    {"list-keys", Json::object()},
    {"get-firewall", {{"vps", "17923"}}},
    {"run-diagnostic", {{"vps", "17923"}, {"probe", "disk"}}},
    {"no-such-tool", Json::object()},
};

/// Every call of an agent, and all processes while it goes on.
void call_all(const Installation& installed, const std::string& agent, Traces& traces) {
  Session session(installed.with_files({"serve", "--stdio", "--agent", agent}));
  for (const auto& [tool, arguments] : kCalls) traces.add(tool, session.call(tool, arguments));
  traces.add("the arguments of processes", all_arguments());
  traces.add("the server's log", session.end());
}

/// A new key, staged, proven on the hosts and kept in Vault.
void rotate(const Installation& installed, Traces& traces) {
  Session session(installed.with_files({"serve", "--stdio", "--agent", "operator"}));
  const std::string planned = session.call("rotate-keys");
  traces.add("the plan", planned);
  const Json plan = parse_json(planned)->at("result").at("structuredContent");
  traces.add("the rotation", session.call("rotate-keys", {{"plan_id", plan["plan_id"]}}));
  traces.add("the server's log", session.end());
}

/// What people look at afterwards.
void look_at_all(const Installation& installed, Traces& traces) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"doctor"},
        {"audit", "list"},
        {"audit", "verify"},
        {"operations", "list"},
        {"tools", "--agent", "operator"},
        {"policy", "explain", "operator", "start-vps", "vps=17923"},
        {"hosts", "pin", "host-17923", "--yes"}})
    traces.add(words.front(), installed.run(words));
}

}  // namespace

TEST_CASE("no secret shows in what a run says, keeps or is started with", "[e2e][canary]") {
  Installation installed;
  Traces traces;

  call_all(installed, "operator", traces);
  call_all(installed, "reader", traces);
  installed.vault.seal(true);
  call_all(installed, "operator", traces);
  look_at_all(installed, traces);
  installed.vault.seal(false);
  installed.write("secret", "canary-of-another-role");
  call_all(installed, "operator", traces);
  look_at_all(installed, traces);
  traces.add_files(installed.state());

  CHECK(traces.has("--stdio"));
  CHECK(traces.has("web-1.example.net"));
  CHECK(traces.has("secret_unavailable"));
  CHECK(traces.has("secret_denied"));
  traces.check_clean(installed.secrets());
}

TEST_CASE("no old and no new key shows in a rotation", "[e2e][canary]") {
  const Installation installed;
  Traces traces;
  std::vector<std::string> secrets = installed.secrets();

  rotate(installed, traces);
  look_at_all(installed, traces);
  traces.add_files(installed.state());

  CHECK(traces.has("proven on 1 host"));
  const auto key = installed.vault.newest("smarteros/ssh/deploy")["private_key"];
  for (const std::string& piece : pieces_of_key(key)) {
    CHECK(std::find(secrets.begin(), secrets.end(), piece) == secrets.end());
    secrets.push_back(piece);
  }
  traces.check_clean(secrets);
}

TEST_CASE("no secret shows in what a server over HTTP and its clients say", "[e2e][canary]") {
  const Installation installed;
  Traces traces;
  Running server(installed.with_files({"serve", "--http", "127.0.0.1:0"}));
  const std::string url = server.wait_for_line("listening ");
  const Product client;

  for (const std::string& token : {installed.agent_token(), std::string("t0_canary-wrong")})
    for (const char* tool : {"list-vps", "get-vps", "no-such-tool"})
      traces.add(tool, client.run({"call", tool, "--args", R"({"vps": "17923"})", "--url", url,
                                   "--token", "env:CLIENT_TOKEN", "--log-level", "debug"},
                                  "", {"CLIENT_TOKEN=" + token}));
  traces.add("the arguments of processes", all_arguments());
  server.signal(SIGTERM);
  traces.add("the server's log", server.rest_of_log());
  REQUIRE(server.wait() == 0);
  traces.add_files(installed.state());

  CHECK(traces.has("web-1.example.net"));
  CHECK(traces.has("refuses the token"));
  traces.check_clean(installed.secrets());
}

TEST_CASE("the sandbox shows nobody its keys and tokens but in their own files", "[e2e][canary]") {
  const Product product;
  Traces traces;
  Session session({"serve", "--stdio", "--sandbox", "--agent", "executor-codex", "--toolsets",
                   "all", "--log-level", "debug", "--state", product.state()});
  for (const auto& [tool, arguments] : kCalls) traces.add(tool, session.call(tool, arguments));
  traces.add("the arguments of processes", all_arguments());
  traces.add("the server's log", session.end());
  traces.add("audit", product.run({"audit", "list"}));
  traces.add("doctor", product.run({"doctor", "--sandbox"}));
  const Json keys = *parse_json(bytes_of(product.state() + "/sandbox-keys.json"));
  const auto secrets = pieces_of_key(keys.at("smarteros/ssh/deploy")[0]["fields"]["private_key"]);
  REQUIRE(secrets.size() >= 2);
  for (const char* own : {"sandbox-keys.json", "sandbox-tokens.json"})
    std::filesystem::remove(product.state() + "/" + own);
  traces.add_files(product.state());

  CHECK(traces.has("web-1.example.net"));
  traces.check_clean(secrets);
}
