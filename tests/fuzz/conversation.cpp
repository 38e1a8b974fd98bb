// A stranger's lines to the whole protocol, both eras: each frame that comes back is one readable
// message, repeats little of what was sent, and none comes after the end.
#include <cstdlib>
#include <deque>

#include "server/base/mutex.h"
#include "server/jsonrpc/message.h"
#include "server/mcp/endpoint.h"
#include "tests/fuzz/quick_service.h"

namespace tier0::mcp {
namespace {

constexpr std::size_t kErrorLimit = 400;

void require(bool claim) {
  if (!claim) std::abort();
}

/// Runs its jobs when it is told to, so that a finding can be repeated.
class Later final : public Executor {
 public:
  bool submit(std::function<void()> job) override {
    const MutexLock lock(mutex_);
    if (jobs_.size() >= 8) return false;
    jobs_.push_back(std::move(job));
    return true;
  }
  void run() {
    while (const auto job = next()) job();
  }

 private:
  std::function<void()> next() {
    const MutexLock lock(mutex_);
    if (jobs_.empty()) return nullptr;
    auto job = std::move(jobs_.front());
    jobs_.pop_front();
    return job;
  }

  Mutex mutex_;
  std::deque<std::function<void()>> jobs_ GUARDED_BY(mutex_);
};

void check(Json value) {
  const auto message = jsonrpc::read_message(std::move(value));
  require(!std::holds_alternative<jsonrpc::Malformed>(message));
  const auto* response = std::get_if<jsonrpc::Response>(&message);
  if (response == nullptr || response->error.is_null()) return;
  require(response->error.at("code").is_number_integer());
  require(response->error.at("message").get_ref<const std::string&>().size() < kErrorLimit);
}

class CheckingSink final : public LineSink {
 public:
  bool send(Event event) override {
    require(!is_closed && event.bytes.find('\n') == event.bytes.size() - 1);
    auto value = parse_json(event.bytes, {.depth = 80});
    require(value.has_value());
    if (!value->is_array()) {
      check(*std::move(value));
      return true;
    }
    require(!value->empty());
    for (Json& element : *value) check(std::move(element));
    return true;
  }

  bool is_closed = false;
};

void run(std::string_view bytes) {
  static const SystemClock kClock;
  fuzz::QuickService service;
  Later executor;
  const auto sink = std::make_shared<CheckingSink>();
  Endpoint endpoint(service, executor, kClock,
                    {.keys = {{.id = "a", .bytes = std::string(32, 'k')}}, .batch = 4});
  const auto peer = endpoint.connect({.name = "stranger"}, sink);
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    peer->receive(bytes.substr(0, end));
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    // Two lines may arrive before either is worked on.
    if (!bytes.starts_with(' ')) executor.run();
  }
  executor.run();
  endpoint.tools_changed();
  peer->close();
  sink->is_closed = true;
  endpoint.resource_updated("tier0://a");
  service.drop();
  executor.run();
}

}  // namespace
}  // namespace tier0::mcp

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  tier0::mcp::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
