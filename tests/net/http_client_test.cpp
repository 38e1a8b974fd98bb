#include "server/net/http_client.h"

#include <catch2/catch.hpp>
#include <future>

#include "tests/fakes/scripted_server.h"

using namespace tier0;
using namespace tier0::fakes;
using namespace std::chrono_literals;

namespace {

const SystemClock kClock;

HttpClient make_client() {
  return HttpClient({.user_agent = "tier0/test"}, kClock);
}

Cancel within(std::chrono::milliseconds time) {
  return {.deadline = kClock.now() + time};
}

HttpReply get(HttpClient& client, const ScriptedServer& server) {
  return client.send({.url = server.url() + "/thing"}, within(20s));
}

}  // namespace

TEST_CASE("a request carries its method, headers and body", "[net]") {
  ScriptedServer server({answer(201, "made")});
  auto client = make_client();

  const HttpReply reply =
      client.send({.method = "PUT",
                   .url = server.url() + "/a/b?c=d",
                   .headers = {{"Accept", "application/json"}},
                   .secret_headers = {{"Authorization", "Bearer ", Secret("sesame")}},
                   .body = "{}"},
                  within(20s));

  REQUIRE(reply.response);
  CHECK(reply.response->status == 201);
  CHECK(reply.response->body == "made");
  const ReceivedRequest seen = server.requests().at(0);
  CHECK(seen.method == "PUT");
  CHECK(seen.target == "/a/b?c=d");
  CHECK(seen.body == "{}");
  CHECK(seen.header("accept") == "application/json");
  CHECK(seen.header("authorization") == "Bearer sesame");
  CHECK(seen.header("user-agent") == "tier0/test");
}

TEST_CASE("an empty POST says that its length is zero", "[net]") {
  ScriptedServer server({answer(200, "")});
  auto client = make_client();

  REQUIRE(client.send({.method = "POST", .url = server.url() + "/"}, within(20s)).response);

  CHECK(server.requests().at(0).header("content-length") == "0");
}

TEST_CASE("answer headers are found by their lower-case names", "[net]") {
  ScriptedServer server({answer(429, "", "text/plain", {"Retry-After:  17 "})});
  auto client = make_client();

  const HttpReply reply = get(client, server);

  REQUIRE(reply.response);
  REQUIRE(reply.response->header("retry-after") != nullptr);
  CHECK(*reply.response->header("retry-after") == "17");
  CHECK(reply.response->header("x-none") == nullptr);
}

TEST_CASE("requests in a row share one connection", "[net]") {
  ScriptedServer server([](const ReceivedRequest&) { return answer(200, "ok"); });
  auto client = make_client();

  for (int i = 0; i < 5; ++i) REQUIRE(get(client, server).response);

  CHECK(server.connections() == 1);
}

TEST_CASE("a request that may go out once does not use a connection that was kept open", "[net]") {
  // libcurl resends a POST by itself when a kept connection ends without an answer.
  ScriptedServer server({answer(200, "ok"), raw("", Then::Close), answer(200, "resent")});
  auto client = make_client();
  REQUIRE(get(client, server).response);

  const HttpReply reply = client.send(
      {.method = "POST", .url = server.url() + "/buy", .delivery = Delivery::Once}, within(20s));

  REQUIRE(!reply.response);
  CHECK(reply.sent == Sent::Maybe);
  CHECK(server.requests().size() == 2);
  CHECK(server.connections() == 2);
}

TEST_CASE("a redirect is an answer like any other", "[net]") {
  ScriptedServer server({answer(302, "", "text/plain", {"Location: http://127.0.0.1:1/"})});
  auto client = make_client();

  const HttpReply reply = get(client, server);

  REQUIRE(reply.response);
  CHECK(reply.response->status == 302);
}

TEST_CASE("an answer beyond the limit is refused", "[net]") {
  ScriptedServer server({answer(200, std::string(5000, 'x'))});
  auto client = make_client();

  const HttpReply reply =
      client.send({.url = server.url() + "/", .response_limit = 4999}, within(20s));

  REQUIRE(!reply.response);
  CHECK(reply.response.error().code == Code::Upstream);
  CHECK(reply.response.error().message == "the answer is too large");
}

TEST_CASE("headers without end are refused", "[net]") {
  std::string head = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 100; ++i) head += "X-Filler: " + std::string(1000, 'x') + "\r\n";
  ScriptedServer server({raw(head, Then::Hold)});
  auto client = make_client();

  const HttpReply reply = get(client, server);

  REQUIRE(!reply.response);
  CHECK(reply.response.error().code == Code::Upstream);
}

TEST_CASE("answers that are no answers are upstream errors", "[net]") {
  const auto [name, script] = GENERATE(table<std::string, Answer>({
      {"nothing", raw("", Then::Close)},
      {"a reset", raw("", Then::Reset)},
      {"garbage", raw("\x01\x02\x03 no http here\r\n\r\n", Then::Close)},
      {"half a head", raw("HTTP/1.1 200 OK\r\nContent-Le", Then::Close)},
      {"half a body", raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", Then::Close)},
      {"half a chunk",
       raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhalf", Then::Close)},
  }));
  INFO(name);
  ScriptedServer server({script});
  auto client = make_client();

  const HttpReply reply = get(client, server);

  REQUIRE(!reply.response);
  CHECK(reply.response.error().code == Code::Upstream);
  CHECK(reply.sent == Sent::Maybe);
}

TEST_CASE("a refused connection proves that nothing was sent", "[net]") {
  std::string url;
  {
    const ScriptedServer gone(std::vector<Answer>{});
    url = gone.url();
  }
  auto client = make_client();

  const HttpReply reply = client.send({.method = "POST", .url = url}, within(20s));

  REQUIRE(!reply.response);
  CHECK(reply.response.error().code == Code::Upstream);
  CHECK(reply.sent == Sent::No);
}

TEST_CASE("a deadline ends a request that gets no answer", "[net]") {
  ScriptedServer server({raw("", Then::Hold)});
  auto client = make_client();

  const HttpReply reply = client.send({.url = server.url()}, within(500ms));

  REQUIRE(!reply.response);
  CHECK(reply.response.error().code == Code::Timeout);
  CHECK(reply.sent == Sent::Maybe);
}

TEST_CASE("a request's own timeout ends it before a later deadline", "[net]") {
  ScriptedServer server({raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nslow", Then::Hold)});
  auto client = make_client();

  const HttpReply reply = client.send({.url = server.url(), .timeout = 50ms}, within(60s));

  REQUIRE(!reply.response);
  CHECK(reply.response.error().code == Code::Timeout);
}

TEST_CASE("a body that comes in pieces is put together", "[net]") {
  ScriptedServer server({Answer{
      .pieces = {"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nab", "cd", "ef"}, .pause = 5ms}});
  auto client = make_client();

  const HttpReply reply = get(client, server);

  REQUIRE(reply.response);
  CHECK(reply.response->body == "abcdef");
}

TEST_CASE("a stop ends a request that waits for an answer", "[net][cancel]") {
  ScriptedServer server({raw("", Then::Hold)});
  auto client = make_client();
  std::stop_source stop;
  auto reply = std::async(std::launch::async, [&] {
    return client.send({.url = server.url(), .timeout = 5min}, {.stop = stop.get_token()});
  });
  REQUIRE(server.wait_for_requests(1));

  stop.request_stop();

  REQUIRE(reply.wait_for(10s) == std::future_status::ready);
  const HttpReply ended = reply.get();
  REQUIRE(!ended.response);
  CHECK(ended.response.error().code == Code::Cancelled);
  CHECK(ended.sent == Sent::Maybe);
}

TEST_CASE("a request that was stopped before is not sent", "[net][cancel]") {
  ScriptedServer server({answer(200, "ok")});
  auto client = make_client();
  std::stop_source stop;
  stop.request_stop();

  const HttpReply reply = client.send({.url = server.url()}, {.stop = stop.get_token()});

  REQUIRE(!reply.response);
  CHECK(reply.response.error().code == Code::Cancelled);
  CHECK(reply.sent == Sent::No);
  CHECK(server.connections() == 0);
}

TEST_CASE("a client goes on after a request was stopped", "[net][cancel]") {
  ScriptedServer server({raw("", Then::Hold), answer(200, "fresh")});
  auto client = make_client();
  REQUIRE(!client.send({.url = server.url()}, within(20ms)).response);

  const HttpReply reply = get(client, server);

  REQUIRE(reply.response);
  CHECK(reply.response->body == "fresh");
}

TEST_CASE("parallel requests use connections of their own and keep them", "[net]") {
  ScriptedServer server([](const ReceivedRequest&) { return answer(200, "ok"); });
  auto client = make_client();

  std::vector<std::future<bool>> done;
  for (int i = 0; i < 8; ++i)
    done.push_back(std::async(std::launch::async, [&] {
      for (int j = 0; j < 20; ++j)
        if (!get(client, server).response) return false;
      return true;
    }));

  for (auto& one : done) CHECK(one.get());
  CHECK(server.connections() <= 8);
  CHECK(server.requests().size() == 160);
}

TEST_CASE("a header cannot carry a second header", "[net]") {
  ScriptedServer server({answer(200, "ok")});
  auto client = make_client();

  const HttpReply plain =
      client.send({.url = server.url(), .headers = {{"X-A", "b\r\nX-C: d"}}}, within(20s));
  const HttpReply secret =
      client.send({.url = server.url(), .secret_headers = {{"X-A", "", Secret("hush\r\nX-C: d")}}},
                  within(20s));

  REQUIRE(!plain.response);
  CHECK(plain.response.error().code == Code::Internal);
  REQUIRE(!secret.response);
  CHECK(secret.response.error().code == Code::SecretUnavailable);
  CHECK(secret.response.error().message.find("hush") == std::string::npos);
  CHECK(server.requests().empty());
}

TEST_CASE("a URL of another scheme is not followed", "[net]") {
  auto client = make_client();

  const HttpReply reply = client.send({.url = "file:///etc/hostname"}, within(20s));

  REQUIRE(!reply.response);
  CHECK(reply.sent == Sent::No);
}

TEST_CASE("a proxy in the environment is not used", "[net]") {
  ScriptedServer server({answer(200, "direct")});
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  auto client = make_client();

  const HttpReply reply = get(client, server);

  unsetenv("http_proxy");
  REQUIRE(reply.response);
  CHECK(reply.response->body == "direct");
}

namespace {

struct Collected final : BodySink {
  bool begin(const HttpResponse& head) override {
    status = head.status;
    type = head.header("content-type") == nullptr ? "" : *head.header("content-type");
    return true;
  }
  bool add(std::string_view bytes) override {
    body += bytes;
    first.try_set();
    return body.size() < limit;
  }

  struct Once {
    std::promise<void> promise;
    bool is_set = false;
    void try_set() {
      if (!std::exchange(is_set, true)) promise.set_value();
    }
  };
  int status = 0;
  std::string type;
  std::string body;
  std::size_t limit = 1'000'000;
  Once first;
};

}  // namespace

TEST_CASE("a sink gets a body while the server still holds the connection", "[net][sink]") {
  ScriptedServer server(
      {raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: a\n\n", Then::Hold)});
  auto client = make_client();
  Collected sink;
  std::stop_source stop;
  auto first = sink.first.promise.get_future();

  auto sent = std::async(std::launch::async, [&] {
    return client.send({.url = server.url() + "/", .sink = &sink}, {.stop = stop.get_token()});
  });
  const bool came = first.wait_for(20s) == std::future_status::ready;
  stop.request_stop();
  const HttpReply reply = sent.get();

  CHECK(came);
  CHECK(sink.status == 200);
  CHECK(sink.type == "text/event-stream");
  CHECK(sink.body == "data: a\n\n");
  REQUIRE(!reply.response);
  CHECK(reply.response.error().code == Code::Cancelled);
}

TEST_CASE("a sink that wants no more ends the transfer", "[net][sink]") {
  ScriptedServer server({answer(200, std::string(100'000, 'x'))});
  auto client = make_client();
  Collected sink;
  sink.limit = 10;

  const HttpReply reply = client.send({.url = server.url() + "/", .sink = &sink}, within(20s));

  CHECK(!reply.response);
  CHECK(!sink.body.empty());
}

TEST_CASE("an answer without a body has its head, whoever waits for the body", "[net][sink]") {
  ScriptedServer server({answer(202, "")});
  auto client = make_client();
  Collected sink;

  const HttpReply reply = client.send({.url = server.url() + "/", .sink = &sink}, within(20s));

  REQUIRE(reply.response);
  CHECK(reply.response->status == 202);
  CHECK(sink.status == 0);
}
