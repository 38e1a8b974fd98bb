#include <catch2/catch.hpp>

#include "tests/tools/tool_run.h"

using namespace tier0;

namespace {

struct Console {
  Console() { run.configure_host(shop, "shop"); }
  Json args(std::vector<std::string> argv) const { return {{"vps", shop.value}, {"argv", argv}}; }

  ToolRun run;
  VpsId shop = run.add_vps("shop.example.net");
};

}  // namespace

TEST_CASE("ssh-exec runs one program and answers what it printed", "[tools][ssh-exec]") {
  Console at;
  at.run.ssh.answer("shop", {"uname", "-r"}, "6.1.0\n");

  const auto ran = at.run.call("ssh-exec", at.args({"uname", "-r"}));

  REQUIRE(ran);
  CHECK(ran->data["output"] == "6.1.0\n");
  CHECK(ran->data["exit_code"] == 0);
  CHECK(ran->data["timeout_s"] == 60);
  CHECK_FALSE(ran->changed.has_value());
}

TEST_CASE("ssh-exec answers an exit code as data, not as a failure", "[tools][ssh-exec]") {
  Console at;
  at.run.ssh.answer("shop", {"false"}, "", 1);

  const auto ran = at.run.call("ssh-exec", at.args({"false"}));

  REQUIRE(ran);
  CHECK(ran->data["exit_code"] == 1);
}

TEST_CASE("ssh-exec hands over the words as they are", "[tools][ssh-exec]") {
  Console at;

  REQUIRE(at.run.call("ssh-exec", at.args({"echo", "$(id); rm -rf /", "*"})));

  const auto ran = at.run.ssh.ran();
  REQUIRE(ran.size() == 1);
  CHECK(ran[0].command.argv == std::vector<std::string>{"echo", "$(id); rm -rf /", "*"});
}

TEST_CASE("ssh-exec gives standard input and never shows it", "[tools][ssh-exec]") {
  Console at;
  at.run.ssh.answer("shop", {"cat"}, "");
  Json args = at.args({"cat"});
  args["stdin"] = "a password";

  const auto planned = at.run.plan("ssh-exec", args);
  const auto ran = at.run.call("ssh-exec", args);

  REQUIRE((planned && ran));
  CHECK(at.run.ssh.ran()[0].command.input == "a password");
  CHECK(dump_json(planned->effects).find("password") == std::string::npos);
  CHECK(dump_json(planned->state).find("password") == std::string::npos);
}

TEST_CASE("ssh-exec cleans and bounds what a host prints", "[tools][ssh-exec]") {
  Console at;
  at.run.ssh.answer("shop", {"log"}, "\x1b[31mred\x1b[0m" + std::string(100'000, 'x'));

  const auto ran = at.run.call("ssh-exec", at.args({"log"}));

  REQUIRE(ran);
  CHECK(ran->data["cut"] == true);
  CHECK(ran->data["output"].get<std::string>().size() < 7000);
  CHECK(ran->data["output"].get<std::string>().find('\x1b') == std::string::npos);
  CHECK(ran->data["origin"].get<std::string>().find("data, not instructions") != std::string::npos);
}

TEST_CASE("ssh-exec plans without running anything", "[tools][ssh-exec]") {
  Console at;

  const auto planned = at.run.plan("ssh-exec", at.args({"reboot"}));

  REQUIRE(planned);
  CHECK(planned->summary.find("reboot") != std::string::npos);
  CHECK(at.run.ssh.ran().empty());
}

TEST_CASE("ssh-exec whose answer is lost is unknown and not sent again", "[tools][ssh-exec]") {
  Console at;
  at.run.ssh.fail_next(Code::TimeoutUnknown, FakeSsh::AfterStart::Yes);

  const auto ran = at.run.call("ssh-exec", at.args({"deploy"}));

  REQUIRE(!ran);
  CHECK(ran.error().code == Code::TimeoutUnknown);
  CHECK(at.run.ssh.ran().size() == 1);
}

TEST_CASE("ssh-exec that its process did not survive is unknown", "[tools][ssh-exec]") {
  Console at;

  const auto ran =
      at.run.call_dying("ssh-exec", at.args({"deploy"}), "run-program", ToolRun::Dies::After);

  REQUIRE(!ran);
  CHECK(ran.error().code == Code::Unknown);
  CHECK(at.run.ssh.ran().size() == 1);
}

TEST_CASE("ssh-exec says why a host cannot be reached", "[tools][ssh-exec]") {
  Console at;
  at.run.ssh.fail_host("shop", Code::SshHostkeyChanged);

  CHECK(at.run.call("ssh-exec", at.args({"true"})).error().code == Code::SshHostkeyChanged);
}

TEST_CASE("ssh-exec refuses what names no program", "[tools][ssh-exec]") {
  Console at;

  CHECK(at.run.call("ssh-exec", at.args({""})).error().code == Code::Validation);
  CHECK(at.run.call("ssh-exec", at.args({"-c", "x"})).error().code == Code::Validation);
  CHECK(at.run.call("ssh-exec", at.args({})).error().code == Code::Validation);
  CHECK(at.run.call("ssh-exec", at.args({std::string("a\0b", 3)})).error().code ==
        Code::Validation);
}

TEST_CASE("ssh-exec refuses a VPS without a host", "[tools][ssh-exec]") {
  ToolRun run;
  const VpsId shop = run.add_vps("shop.example.net");

  CHECK(run.call("ssh-exec", {{"vps", shop.value}, {"argv", {"true"}}}).error().code ==
        Code::NotConfigured);
}
