#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/product.h"

using namespace tier0;

TEST_CASE("call prints JSON into a pipe and exits 0", "[e2e][cli]") {
  const Product product;

  const Finished called =
      product.run({"call", "list-vps", "--sandbox", "--agent", "director-gemini"});

  CHECK(called.exit_code == 0);
  CHECK(parse_json(called.out)->at("data").at("items").size() == 1);
}

TEST_CASE("call types key=value by the tool's schema", "[e2e][cli]") {
  const Product product;

  const Finished called = product.run(
      {"call", "start-vps", "vps=17923", "dry_run=true", "--sandbox", "--agent", "executor-codex"});

  CHECK(called.exit_code == 0);
  CHECK(parse_json(called.out)->at("changed") == false);
}

TEST_CASE("wrong usage exits 2 and says what to do", "[e2e][cli]") {
  const Product product;

  const Finished no_agent = product.run({"serve", "--stdio", "--sandbox"});
  const Finished wrong_agent = product.run({"call", "list-vps", "--sandbox", "--agent", "nobody"});
  const Finished no_command = product.run({"frobnicate"});
  const Finished bad_config = product.run({"doctor", "--config", "/nonexistent/tier0.yaml"});

  CHECK(no_agent.exit_code == 2);
  CHECK(no_agent.err.find("director-gemini") != std::string::npos);
  CHECK(wrong_agent.exit_code == 2);
  CHECK(no_command.exit_code == 2);
  CHECK(bad_config.exit_code != 0);
}

TEST_CASE("a word that nothing knows is named, with what was meant", "[e2e][cli]") {
  const Product product;

  const Finished command = product.run({"serv", "--stdio"});
  const Finished below = product.run({"policy", "explian", "a", "b"});
  const Finished option = product.run({"serve", "--stdoi", "--sandbox"});
  const Finished with_value = product.run({"serve", "--agnet=director-gemini", "--sandbox"});
  const Finished far = product.run({"xyzzyplugh"});
  const Finished nothing = product.run({});

  CHECK(command.exit_code == 2);
  CHECK(command.err.find("there is no command 'serv'") != std::string::npos);
  CHECK(command.err.find("Did you mean serve?") != std::string::npos);
  CHECK(below.err.find("policy takes no command 'explian'") != std::string::npos);
  CHECK(below.err.find("Did you mean explain?") != std::string::npos);
  CHECK(option.exit_code == 2);
  CHECK(option.err.find("serve takes no option '--stdoi'") != std::string::npos);
  CHECK(option.err.find("Did you mean --stdio?") != std::string::npos);
  CHECK(with_value.err.find("Did you mean --agent?") != std::string::npos);
  CHECK(far.err.find("there is no command 'xyzzyplugh'") != std::string::npos);
  CHECK(far.err.find("Did you mean") == std::string::npos);
  CHECK(nothing.exit_code == 2);
}

TEST_CASE("policy explain exits 3 for a denied call and names the grant for an allowed one",
          "[e2e][cli]") {
  const Product product;

  const Finished denied =
      product.run({"policy", "explain", "director-gemini", "start-vps", "vps=17923", "--sandbox"});
  const Finished allowed =
      product.run({"policy", "explain", "executor-codex", "start-vps", "vps=17923", "--sandbox"});

  CHECK(denied.exit_code == 3);
  CHECK(allowed.exit_code == 0);
  CHECK(parse_json(allowed.out)->at("rule") == "agents/executor-codex.yaml grant 1");
}

TEST_CASE("a refused call stands in the audit with who asked and why not", "[e2e][cli]") {
  const Product product;

  product.run({"call", "start-vps", "vps=17923", "--sandbox", "--agent", "director-gemini"});
  const Finished listed = product.run({"audit", "list"});

  const Json call = parse_json(listed.out)->at("items").at(0);
  CHECK(call.at("state") == "refused");
  CHECK(call.at("principal") == "agent:director-gemini");
  CHECK(call.at("tool") == "start-vps");
}

TEST_CASE("a state directory of the sandbox is not used for real, and the other way round",
          "[e2e][cli]") {
  const Product product;
  REQUIRE(product.run({"call", "list-vps", "--sandbox", "--agent", "director-gemini"}).exit_code ==
          0);

  const Finished real = product.run({"call", "list-vps", "--agent", "executor-codex", "--config",
                                     std::string(TIER0_SOURCE_DIR) + "/examples/tier0.yaml"});

  CHECK(real.exit_code == 2);
}

TEST_CASE("HTTP knows agents by their tokens, and nobody without one", "[e2e][http]") {
  const Product product;
  Running server({"serve", "--http", "127.0.0.1:0", "--sandbox", "--state", product.state()});
  const std::string token = server.wait_for_line("token of director-gemini: ");
  const std::string url = server.wait_for_line("listening ");

  const Finished listed =
      product.run({"call", "list-vps", "--url", url}, "", {"TIER0_TOKEN=" + token});
  const Finished hidden =
      product.run({"call", "start-vps", "vps=17923", "--url", url}, "", {"TIER0_TOKEN=" + token});
  const Finished stranger =
      product.run({"call", "list-vps", "--url", url}, "", {"TIER0_TOKEN=t0_wrong"});
  const Finished second = product.run({"serve", "--http", "127.0.0.1:0", "--sandbox"});
  server.signal(SIGTERM);

  CHECK(listed.exit_code == 0);
  CHECK(hidden.exit_code == 1);
  CHECK(hidden.err.find("unknown tool") != std::string::npos);
  CHECK(stranger.exit_code == 1);
  CHECK(second.exit_code == 2);
  CHECK(second.err.find(std::to_string(server.pid())) != std::string::npos);
  CHECK(server.wait() == 0);
}

TEST_CASE("tokens and keys of the sandbox lie in files that only their owner reads", "[e2e][cli]") {
  const Product product;
  Running server({"serve", "--http", "127.0.0.1:0", "--sandbox", "--state", product.state()});
  server.wait_for_line("listening ");
  REQUIRE(product.run({"call", "list-vps", "--sandbox", "--agent", "director-gemini"}).exit_code ==
          0);
  server.signal(SIGTERM);
  REQUIRE(server.wait() == 0);

  for (const char* name : {"/sandbox-tokens.json", "/sandbox-keys.json", "/tier0.db"}) {
    struct stat info {};
    INFO(name);
    REQUIRE(::stat((product.state() + name).c_str(), &info) == 0);
    CHECK((info.st_mode & 077U) == 0);
  }
}

TEST_CASE("doctor finds the sandbox in order", "[e2e][cli]") {
  const Product product;

  const Finished found = product.run({"doctor", "--sandbox"});

  INFO(found.out);
  CHECK(found.exit_code == 0);
}

TEST_CASE("a simulated host answers over SSH with its key known", "[e2e][ssh]") {
  const Product product;

  const Finished disk = product.run({"call", "run-diagnostic", "vps=17923", "probe=disk",
                                     "--sandbox", "--agent", "executor-codex"});
  const Finished keys =
      product.run({"call", "list-keys", "--sandbox", "--agent", "executor-codex"});

  CHECK(disk.exit_code == 0);
  CHECK(disk.out.find("Filesystem") != std::string::npos);
  const Json items = parse_json(keys.out)->at("data").at("items");
  REQUIRE(items.size() == 1);
  CHECK(items[0].at("on_hosts") == Json::array({"17923"}));
}
