#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/base/worker_pool.h"
#include "server/mcp/endpoint.h"
#include "tests/conformance/fixture.h"

namespace tier0::mcp {

// Longer than anything takes, for waits that fail a test.
inline constexpr std::chrono::seconds kBound{10};

/// Where the answer to one request went. Thread-safe.
class RecordingResponder final : public Responder {
 public:
  void finish(int status, std::string body, std::vector<HeaderLine> headers) override;
  void stream(std::vector<HeaderLine> headers) override;
  bool send(Event event) override;
  void end() override;
  void on_gone(std::function<void()> callback) override;

  /// The peer goes.
  void go();

  /// Each waits until it can answer, or fails the test.
  int status();
  Json body();
  std::string header(const std::string& name);
  /// Event number `index` of the stream, as it was sent.
  std::string event(std::size_t index);
  /// The message in it.
  Json message(std::size_t index);
  void wait_for_end();

  bool has_ended() const;
  std::size_t events() const;

 private:
  void wait(const std::function<bool()>& reached);

  mutable Mutex mutex_;
  ConditionVariable changed_;
  int status_ = 0;
  std::string body_;
  std::vector<HeaderLine> headers_;
  std::vector<std::string> events_;
  bool has_ended_ = false;
  bool is_gone_ = false;
  std::function<void()> on_gone_;
};

/// What a client on lines was sent. Thread-safe.
class RecordingSink final : public LineSink {
 public:
  bool send(Event event) override;
  Json message(std::size_t index);
  std::size_t count() const;

 private:
  mutable Mutex mutex_;
  ConditionVariable changed_;
  std::vector<std::string> lines_;
};

/// Worker threads whose queue can be full on demand.
class BusyPool final : public Executor {
 public:
  BusyPool(std::size_t threads, std::size_t queue) : pool_(threads, queue) {}
  bool submit(std::function<void()> job) override {
    return !is_busy && pool_.submit(std::move(job));
  }

  std::atomic<bool> is_busy = false;

 private:
  WorkerPool pool_;
};

/// An endpoint with the fixture or another service behind it, and clients without a network.
class Harness {
 public:
  using Headers = std::map<std::string, std::string>;
  using Reply = std::shared_ptr<RecordingResponder>;

  explicit Harness(Options options = {}, std::size_t threads = 4, std::size_t queue = 64);
  /// With another service behind it, which outlives it.
  explicit Harness(Service& service, Options options = {}, std::size_t threads = 4,
                   std::size_t queue = 64);
  ~Harness();
  Harness(const Harness&) = delete;
  Harness& operator=(const Harness&) = delete;

  Endpoint& endpoint() { return *endpoint_; }
  const Clock& clock() const { return clock_; }
  /// Whether every job is refused.
  void set_busy(bool busy) { pool_->is_busy = busy; }
  /// Who the next requests are from.
  Caller caller{.name = "tester"};

  Reply post(const std::string& body, Headers headers = {});
  Reply get(Headers headers);
  Reply remove(Headers headers);
  /// A request of the newest revision with all its headers.
  Reply modern(const Json& id, const std::string& method, Json params = Json::object(),
               Headers headers = {});
  Reply call_modern(const Json& id, const std::string& tool, Json meta = Json::object());
  /// The id of a session that is ready.
  std::string open_session(const std::string& version, const Json& capabilities = Json::object());
  Reply in_session(const std::string& session, const Json& message, Headers headers = {});
  /// tools/call without arguments; `meta` may hold a progressToken.
  Reply call_in(const std::string& session, const Json& id, const std::string& tool,
                const Json& meta = Json::object(), Headers headers = {});

 private:
  SystemClock clock_;
  conformance::Fixture fixture_;
  std::optional<BusyPool> pool_;
  std::optional<Endpoint> endpoint_;
};

/// Asks until the answer is yes, or the bound is over.
bool eventually(const Clock& clock, const std::function<bool()>& ask);

}  // namespace tier0::mcp
