// What each answer of the provider means.
#include <catch2/catch.hpp>

#include "tests/hosting/provider.h"

using namespace tier0;
using namespace std::chrono_literals;
using fakes::answer;
using fakes::Answer;

namespace {

Error error_of_read(const Answer& one) {
  ScriptedProvider provider([one](const fakes::ReceivedRequest&) { return one; });
  const auto vps = provider.api->get_vps(kVps17923, {});
  REQUIRE(!vps);
  return vps.error();
}

Answer problem(int status, const std::string& message) {
  return answer(status, R"({"message":")" + message + R"(","correlation_id":"7d0c1c1e"})");
}

}  // namespace

TEST_CASE("statuses of the provider become kinds", "[hosting][errors]") {
  const auto [status, code] = GENERATE(table<int, Code>({{400, Code::Validation},
                                                         {401, Code::Auth},
                                                         {402, Code::WrongState},
                                                         {403, Code::Forbidden},
                                                         {404, Code::NotFound},
                                                         {405, Code::NotFound},
                                                         {409, Code::Conflict},
                                                         {422, Code::Validation},
                                                         {423, Code::Locked},
                                                         {429, Code::RateLimited},
                                                         {418, Code::Upstream},
                                                         {302, Code::Upstream},
                                                         {500, Code::Upstream},
                                                         {503, Code::Upstream},
                                                         {530, Code::EdgeBlocked}}));
  INFO(status);

  const Error error = error_of_read(problem(status, "Because."));

  CHECK(error.code == code);
  CHECK(error.message.find("Because.") == 0);
  CHECK(!error.hint.empty());
  CHECK(error.upstream_id == "7d0c1c1e");
  CHECK(!error.maybe_done);
}

TEST_CASE("a 403 that is not JSON comes from an edge and not from the API", "[hosting][errors]") {
  const Error error = error_of_read(answer(403, "error code: 1010", "text/plain"));

  CHECK(error.code == Code::EdgeBlocked);
  CHECK(error.message.find("token") == std::string::npos);
}

TEST_CASE("a 530 names the right host", "[hosting][errors]") {
  const Error error = error_of_read(answer(530, "<html>error code: 1016</html>", "text/html"));

  CHECK(error.code == Code::EdgeBlocked);
  CHECK(error.hint.find("https://developers.hostinger.com") != std::string::npos);
}

TEST_CASE("a 422 brings its fields and keeps the service's code", "[hosting][errors]") {
  const Error error = error_of_read(answer(422, R"~({
    "message": "[VPS:2004] The template id field is required. (and 1 more error)",
    "errors": {"setup.template_id": ["The template id field is required."],
               "setup.data_center_id": ["It must be an integer.", "It must exist."]},
    "correlation_id": "c-1"})~"));

  CHECK(error.code == Code::Validation);
  CHECK(error.message.find("[VPS:2004]") == 0);
  REQUIRE(error.details.size() == 3);
  CHECK(error.details[0].field == "setup.data_center_id");
  CHECK(error.details[2].problem == "The template id field is required.");
}

TEST_CASE("a 422 without fields is still one", "[hosting][errors]") {
  const Error error = error_of_read(problem(422, "[VPS:2004] Not now."));

  CHECK(error.code == Code::Validation);
  CHECK(error.details.empty());
}

TEST_CASE("an answer with the older name of the message is read", "[hosting][errors]") {
  CHECK(error_of_read(answer(404, R"({"error":"Gone."})")).message == "Gone.");
}

TEST_CASE("service codes that say more than the status are used", "[hosting][errors]") {
  CHECK(error_of_read(problem(422, "[VPS:2044] No Docker here.")).code == Code::WrongState);
  CHECK(error_of_read(problem(403, "[DNS:4002] Not your domain.")).code == Code::NotOurs);
}

TEST_CASE("Retry-After reaches the caller in both its forms", "[hosting][errors]") {
  const auto seconds = error_of_read(
      answer(429, R"({"message":"Too Many Attempts."})", "application/json", {"Retry-After: 41"}));
  const auto date =
      error_of_read(answer(429, R"({"message":"Too Many Attempts."})", "application/json",
                           {"Retry-After: Fri, 20 Nov 2026 16:00:00 GMT"}));

  CHECK(seconds.retry_after == 41s);
  REQUIRE(date.retry_after);
  CHECK(*date.retry_after > 41s);
}

TEST_CASE("a 429 without a time still names one", "[hosting][errors]") {
  CHECK(error_of_read(problem(429, "Too Many Attempts.")).retry_after);
}

TEST_CASE("answers that make no sense are upstream errors", "[hosting][errors]") {
  const std::string body = GENERATE(
      "", "null", "[]", "<html></html>", "{\"id\":17923", "{\"id\":\"17923\"}", "{\"id\":0}",
      "{\"id\":-4}", "{\"id\":1.5}", "{\"id\":99999999999999999999}", "{\"id\":1,\"id\":2}",
      "{\"id\":1,\"cpus\":\"four\"}", "{\"id\":1,\"ipv4\":{}}", "{\"id\":1,\"hostname\":[]}");
  INFO(body);

  CHECK(error_of_read(answer(200, body)).code == Code::Upstream);
}

TEST_CASE("an answer nested without end is an upstream error", "[hosting][errors]") {
  CHECK(error_of_read(answer(200, std::string(100000, '['))).code == Code::Upstream);
}

TEST_CASE("hostile text of the provider is cleaned and bounded", "[hosting][errors]") {
  const Error error = error_of_read(problem(404, R"(\u001b[31mred\u202e)" + std::string(900, 'x')));

  CHECK(error.message.find('\x1b') == std::string::npos);
  CHECK(error.message.find("red") == 0);
  CHECK(error.message.size() < 600);
}

TEST_CASE("a password that the provider repeats does not reach the error", "[hosting][errors]") {
  ScriptedProvider provider([](const fakes::ReceivedRequest&) {
    return answer(422, R"({"message":"hush-hush-1A is too weak",)"
                       R"("errors":{"password":["hush-hush-1A is in a leak."]}})");
  });

  const auto accepted = provider.api->set_root_password(kVps17923, Secret("hush-hush-1A"), {});

  REQUIRE(!accepted);
  CHECK(accepted.error().message == "(removed) is too weak");
  CHECK(accepted.error().details.at(0).problem == "(removed) is in a leak.");
}

TEST_CASE("no error holds the token", "[hosting][errors]") {
  ScriptedProvider provider([](const fakes::ReceivedRequest& request) {
    return answer(401, R"({"message":"Bad header: )" + request.header("authorization") + R"("})");
  });

  const auto vps = provider.api->get_vps(kVps17923, {});

  REQUIRE(!vps);
  CHECK(vps.error().message.find(kToken) == std::string::npos);
}
