#pragma once

#include <catch2/catch.hpp>
#include <deque>

#include "server/base/worker_pool.h"
#include "server/mcp/endpoint.h"
#include "server/service/product.h"
#include "tests/broker/bench.h"

namespace tier0 {

/// What a client on lines was sent. Thread-safe.
class Inbox final : public mcp::LineSink {
 public:
  bool send(mcp::Event event) override {
    const MutexLock lock(mutex_);
    lines_.push_back(std::move(event.bytes));
    arrived_.notify_all();
    return true;
  }
  Json next() {
    MutexLock lock(mutex_);
    REQUIRE(arrived_.wait_for(mutex_, std::chrono::seconds(20),
                              [this]() REQUIRES(mutex_) { return !lines_.empty(); }));
    const Json message = Json::parse(lines_.front());
    lines_.pop_front();
    return message;
  }

 private:
  Mutex mutex_;
  ConditionVariable arrived_;
  std::deque<std::string> lines_ GUARDED_BY(mutex_);
};

/// The product with an agent whose dangerous calls need a yes of its client's user.
struct WireBench {
  explicit WireBench(const std::vector<std::string>& approvers, mcp::Options options = {})
      : endpoint(product, *pool, f.clock, std::move(options)) {
    f.grant({profile_with("ask", {{"approvers", approvers}})});
  }
  ~WireBench() {
    endpoint.shutdown();
    pool.reset();
    f.operations.shutdown();
  }

  BrokerBench f;
  Product product{f.broker, f.replies, f.clock};
  std::optional<WorkerPool> pool{std::in_place, 2, 16};
  mcp::Endpoint endpoint;
};

/// One connected client of a revision with these capabilities.
class WireClient {
 public:
  WireClient(WireBench& bench, std::string revision, Json capabilities)
      : revision_(std::move(revision)),
        capabilities_(std::move(capabilities)),
        peer_(bench.endpoint.connect(
            make_caller({.id = "executor-codex"}, "stdio", std::make_shared<const Exposure>()),
            inbox_)) {
    if (is_modern()) return;
    send({{"id", 1},
          {"method", "initialize"},
          {"params",
           {{"protocolVersion", revision_},
            {"capabilities", capabilities_},
            {"clientInfo", {{"name", "t"}, {"version", "1"}}}}}});
    REQUIRE(inbox_->next()["result"]["protocolVersion"] == revision_);
    send({{"method", "notifications/initialized"}});
  }

  /// Applies the plan; `answer` ({result} or {error}) is what its user says if they are asked. The
  /// text of the result.
  std::string apply(const std::string& plan, const Json& answer) {
    return is_modern() ? apply_modern(plan, answer) : apply_legacy(plan, answer);
  }
  bool was_asked() const { return was_asked_; }

  /// Begins to apply the plan and is gone when the question comes.
  void ask_and_go(const std::string& plan) {
    send({{"id", 2},
          {"method", "tools/call"},
          {"params", {{"name", kHaltTool}, {"arguments", {{"plan_id", plan}}}}}});
    while (inbox_->next().value("method", "") != "elicitation/create") continue;
    peer_->close();
  }
  /// Applies the plan and asks for progress; what comes first, and `act` after that.
  std::vector<Json> watch(const std::string& plan, const std::function<void()>& act) {
    send({{"id", 2},
          {"method", "tools/call"},
          {"params",
           {{"name", kHaltTool},
            {"arguments", {{"plan_id", plan}}},
            {"_meta", {{"progressToken", "p"}}}}}});
    std::vector<Json> messages = {inbox_->next()};
    act();
    while (!messages.back().contains("result")) messages.push_back(inbox_->next());
    return messages;
  }
  /// The yes to the question about one plan, with the arguments of another.
  Json swap(const std::string& shown, const std::string& other) {
    const Json first = call_modern(shown, Json::object());
    const Json yes = {{"action", "accept"}, {"content", {{"approve", true}}}};
    return call_modern(other, {{"requestState", first["result"]["requestState"]},
                               {"inputResponses", {{"approval", yes}}}});
  }

 private:
  bool is_modern() const { return revision_ == "2026-07-28"; }
  void send(Json message) {
    message["jsonrpc"] = "2.0";
    peer_->receive(dump_json(message));
  }
  static std::string text_of(const Json& message) {
    INFO(message);
    REQUIRE(message.contains("result"));
    return message["result"]["content"][0]["text"].get<std::string>();
  }

  std::string apply_legacy(const std::string& plan, const Json& answer) {
    send({{"id", 2},
          {"method", "tools/call"},
          {"params", {{"name", kHaltTool}, {"arguments", {{"plan_id", plan}}}}}});
    for (;;) {
      const Json message = inbox_->next();
      if (message.value("method", "") == "elicitation/create") {
        was_asked_ = true;
        if (answer.is_null()) continue;
        Json response = answer;
        response["id"] = message["id"];
        send(std::move(response));
      } else if (message.value("id", Json()) == 2 && !message.contains("method")) {
        return text_of(message);
      }
    }
  }

  Json call_modern(const std::string& plan, const Json& more) {
    Json params = {{"name", kHaltTool},
                   {"arguments", {{"plan_id", plan}}},
                   {"_meta",
                    {{"io.modelcontextprotocol/protocolVersion", revision_},
                     {"io.modelcontextprotocol/clientCapabilities", capabilities_}}}};
    params.update(more);
    send({{"id", ++last_}, {"method", "tools/call"}, {"params", std::move(params)}});
    return inbox_->next();
  }
  std::string apply_modern(const std::string& plan, const Json& answer) {
    const Json first = call_modern(plan, Json::object());
    const Json said = answer.value("result", Json::object());
    // One that was not asked says it all the same.
    if (first["result"]["resultType"] != "input_required")
      return text_of(call_modern(plan, {{"inputResponses", {{"approval", said}}}}));
    was_asked_ = true;
    return text_of(call_modern(plan, {{"requestState", first["result"]["requestState"]},
                                      {"inputResponses", {{"approval", said}}}}));
  }

  const std::string revision_;
  const Json capabilities_;
  const std::shared_ptr<Inbox> inbox_ = std::make_shared<Inbox>();
  const std::unique_ptr<mcp::Peer> peer_;
  bool was_asked_ = false;
  int last_ = 10;
};

}  // namespace tier0
