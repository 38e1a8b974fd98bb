// How injected faults look on the wire.

#include <catch2/catch.hpp>

#include "tests/sandbox/probe.h"

using namespace tier0;
using namespace tier0::sandbox;

namespace {

Json restart_fault(std::string_view kind, std::string_view when) {
  return {{"kind", kind}, {"when", when}, {"operation", "VPS_restartVirtualMachineV1"}};
}

}  // namespace

TEST_CASE("A drop closes without a byte, and the log tells before from after",
          "[sandbox][http][faults]") {
  Running running;
  running.control("POST", "/__sim/faults", restart_fault("drop", "before"));
  const WireReply before = running.api("POST", running.vm_path() + "/restart");
  running.control("DELETE", "/__sim/faults");
  running.control("POST", "/__sim/faults", restart_fault("drop", "after"));
  const WireReply after = running.api("POST", running.vm_path() + "/restart");

  CHECK(before.status == 0);
  CHECK(after.status == 0);
  CHECK(!before.reset);
  const Json log = running.requests("?method=POST&path=**/restart");
  REQUIRE(log.size() == 2);
  CHECK(log[0].at("effect") == "none");
  CHECK(log[0].at("delivery") == "dropped");
  CHECK(log[1].at("effect") == "applied");
  CHECK(log[1].at("fault") == "drop");
  CHECK(running.api("GET", running.vm_path() + "/actions").json().at("meta").at("total") == 1);
}

TEST_CASE("A reset ends the connection with an RST", "[sandbox][http][faults]") {
  Running running;
  running.control("POST", "/__sim/faults", {{"kind", "reset"}, {"times", 1}});

  const WireReply reply = running.api("GET", running.vm_path());

  CHECK(reply.status == 0);
  CHECK(reply.reset);
  CHECK(running.api("GET", running.vm_path()).status == 200);
}

TEST_CASE("A truncated answer promises more than it sends", "[sandbox][http][faults]") {
  Running running;
  running.control("POST", "/__sim/faults", {{"kind", "truncate"}, {"times", 1}});

  const WireReply reply = running.api("GET", running.vm_path());

  CHECK(reply.status == 200);
  CHECK(!reply.complete);
  CHECK(!reply.body.empty());
  CHECK(reply.json().is_null());
}

TEST_CASE("A dripping answer arrives whole, but late", "[sandbox][http][faults]") {
  Running running;
  running.control("POST", "/__sim/faults", {{"kind", "drip"}, {"delay_ms", 320}, {"times", 1}});
  const auto before = std::chrono::steady_clock::now();

  const WireReply reply = running.api("GET", running.vm_path());

  CHECK(reply.complete);
  CHECK(reply.json().at("state") == "running");
  CHECK(std::chrono::steady_clock::now() - before >= std::chrono::milliseconds(300));
}

TEST_CASE("An HTML answer and a body of one's own are sent as asked", "[sandbox][http][faults]") {
  Running running;
  running.control("POST", "/__sim/faults",
                  Json::array({{{"kind", "html"}, {"status", 502}, {"nth", 1}},
                               {{"kind", "status"},
                                {"status", 403},
                                {"body", "error code: 1010"},
                                {"content_type", "text/plain"}}}));

  const WireReply html = running.api("GET", running.vm_path());
  const WireReply text = running.api("GET", running.vm_path());

  CHECK(html.status == 502);
  CHECK(html.headers.at("content-type") == "text/html");
  CHECK(text.status == 403);
  CHECK(text.body == "error code: 1010");
}
