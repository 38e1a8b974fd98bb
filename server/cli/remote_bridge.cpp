#include "server/cli/remote_bridge.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <list>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "server/base/worker_pool.h"
#include "server/cli/remote_flight.h"
#include "server/state/stop_fd.h"
#include "server/transport/line_reader.h"

namespace tier0::cli {
namespace {

using std::chrono::milliseconds;

// A request waits on a thread of its own, a listening one for as long as the client does.
constexpr std::size_t kAtOnce = 64;
constexpr std::size_t kWaiting = 256;
constexpr std::size_t kLongestClientLine = std::size_t{4} * 1024 * 1024;
constexpr std::chrono::seconds kBrief{30};       // what a server takes without thinking
constexpr std::chrono::seconds kLastAnswers{1};  // to what was asked before the client's end
constexpr std::chrono::seconds kFarewell{2};
constexpr milliseconds kListenAgain{1000};
constexpr milliseconds kListenLater{30'000};

class RemoteBridge {
 public:
  RemoteBridge(int client_out, const BaseUrl& url, Secret token, EffectOf effect_of,
               std::stop_token stop)
      : conversation_(client_out, url, std::move(token), std::move(effect_of)),
        stop_(std::move(stop)) {}

  void receive(const std::string& line);
  void receive_too_long();
  bool is_client_gone() const { return conversation_.is_client_gone(); }
  /// The client sends no more.
  void finish();

 private:
  void receive_other(const Json& message, const std::string& line);
  bool stop_flight(const Json& notification);
  void fly(Asked asked, const std::string& line);
  void listen(const std::stop_token& stop);
  Cancel within(milliseconds time) const {
    return {.stop = stop_, .deadline = conversation_.clock().now() + time};
  }

  RemoteConversation conversation_;
  const std::stop_token stop_;
  Mutex mutex_;
  ConditionVariable landed_;
  std::list<RemoteFlight*> flights_ GUARDED_BY(mutex_);
  WorkerPool pool_{kAtOnce, kWaiting};
  std::jthread listener_;
};

void RemoteBridge::receive(const std::string& line) {
  if (line.find_first_not_of(" \t\r") == std::string::npos) return;
  const auto message = parse_json(line);
  // What is no single message goes to the server as it is, which says what is wrong with it.
  if (!message || !message->is_object()) return fly({.id = nullptr}, line);
  auto asked = asked_in(*message);
  if (!asked) return receive_other(*message, line);
  if (asked->method != "initialize" || !asked->revision.empty())
    return fly(*std::move(asked), line);
  // Here and now: what follows belongs to the session that this begins.
  RemoteFlight flight(conversation_, *std::move(asked));
  const std::stop_callback stopped(stop_, [&flight] { flight.stop(); });
  flight.carry(line);
}

void RemoteBridge::receive_too_long() {
  conversation_.write(refused_answer(
      {.id = nullptr},
      {.code = Code::Validation, .message = "a line is too long", .hint = "Send at most 4 MiB."}));
}

void RemoteBridge::receive_other(const Json& message, const std::string& line) {
  const std::string method = string_member(message, "method");
  if (method.empty()) {
    if (const auto answer = conversation_.answer_for_server(message))
      conversation_.post_quietly(*answer, within(kBrief));
    return;
  }
  if (method == "notifications/cancelled" && stop_flight(message)) return;
  if (!conversation_.post_quietly(line, within(kBrief)) || method != "notifications/initialized")
    return;
  conversation_.session().confirm(line);
  if (!listener_.joinable())
    listener_ = std::jthread([this](const std::stop_token& stop) { listen(stop); });
}

/// In the newest revision a client takes a request back by closing its answer; false where the
/// server must be told.
bool RemoteBridge::stop_flight(const Json& notification) {
  const Json* params = find_member(notification, "params");
  const Json* id = params == nullptr ? nullptr : find_member(*params, "requestId");
  if (id == nullptr) return false;
  const MutexLock lock(mutex_);
  for (RemoteFlight* flight : flights_) {
    if (flight->asked().id != *id || flight->asked().revision.empty()) continue;
    flight->stop();
    return true;
  }
  return false;
}

void RemoteBridge::fly(Asked asked, const std::string& line) {
  const auto flight = std::make_shared<RemoteFlight>(conversation_, std::move(asked));
  {
    const MutexLock lock(mutex_);
    flights_.push_back(flight.get());
  }
  const auto land = [this, flight] {
    {
      const MutexLock lock(mutex_);
      flights_.remove(flight.get());
    }
    landed_.notify_all();
  };
  const bool is_on_its_way = pool_.submit([flight, line, land] {
    flight->carry(line);
    land();
  });
  if (is_on_its_way) return;
  land();
  conversation_.write(refused_answer(flight->asked(), {.code = Code::Overloaded,
                                                       .message = "too many requests at once",
                                                       .hint = "Wait for some of them."}));
}

/// What the server says unasked; the older revisions have a stream for it.
void RemoteBridge::listen(const std::stop_token& stop) {
  RemoteSession& session = conversation_.session();
  RemoteSession::Now known = session.now();
  std::string last;
  milliseconds pause = kListenAgain;
  while (!stop.stop_requested()) {
    Replies replies([this](std::string line) {
      if (auto message = parse_json(line))
        conversation_.deliver(*std::move(message), std::move(line));
    });
    auto headers = RemoteSession::headers_of(known);
    if (!last.empty()) headers.push_back({"Last-Event-ID", last});
    const HttpReply reply =
        conversation_.server().listen(std::move(headers), replies, {.stop = stop});
    if (reply.response && reply.response->status == 405) return;  // it offers none
    const bool is_refused = reply.response && !replies.is_stream();
    if (is_refused) session.wait_for_other(known.id, stop);
    if (!replies.events().last_id().empty()) last = replies.events().last_id();
    pause = replies.is_stream() ? replies.events().retry().value_or(kListenAgain)
                                : std::min(pause * 2, kListenLater);
    if (!is_refused) conversation_.clock().wait_until(conversation_.clock().now() + pause, stop);
    RemoteSession::Now now = session.now();
    if (now.id != known.id) last.clear();
    known = std::move(now);
  }
}

void RemoteBridge::finish() {
  listener_.request_stop();
  {
    const MutexLock lock(mutex_);
    landed_.wait_for(mutex_, stop_, kLastAnswers,
                     [this]() REQUIRES(mutex_) { return flights_.empty(); });
    for (RemoteFlight* flight : flights_) flight->stop();
  }
  const RemoteSession::Now session = conversation_.session().now();
  if (!session.id.empty())
    conversation_.server().forget(RemoteSession::headers_of(session), within(kFarewell));
  conversation_.flush();
}

}  // namespace

void bridge_to_url(int client_in, int client_out, const BaseUrl& url, Secret token,
                   EffectOf effect_of, const std::stop_token& stop) {
  constexpr int kLookMs = 1000;  // how late a client that has gone is noticed
  RemoteBridge bridge(client_out, url, std::move(token), std::move(effect_of), stop);
  transport::LineReader lines(
      kLongestClientLine,
      {.line = [&](std::string_view line) { bridge.receive(std::string(line)); },
       .too_long = [&] { bridge.receive_too_long(); }});
  const StopFd stopped(stop);
  std::vector<char> buffer(std::size_t{64} * 1024);
  while (!stop.stop_requested() && !bridge.is_client_gone()) {
    std::array<pollfd, 2> ready = {pollfd{client_in, POLLIN, 0}, pollfd{stopped.get(), POLLIN, 0}};
    if (::poll(ready.data(), ready.size(), kLookMs) <= 0 || ready[0].revents == 0) continue;
    const ssize_t count = ::read(client_in, buffer.data(), buffer.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count <= 0) break;
    lines.feed({buffer.data(), static_cast<std::size_t>(count)});
  }
  lines.finish();
  bridge.finish();
}

}  // namespace tier0::cli
