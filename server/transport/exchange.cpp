#include "server/transport/exchange.h"

#include <array>
#include <charconv>
#include <utility>

namespace tier0::transport {
namespace {

constexpr std::size_t kTakeAtOnce = std::size_t{64} * 1024;
constexpr std::string_view kComment = ": ka\n\n";
constexpr std::string_view kLastChunk = "0\r\n\r\n";

}  // namespace

void Exchange::finish(int status, std::string body, std::vector<mcp::HeaderLine> headers) {
  std::function<void()> dropped;  // What it holds is the library's, so not under the lock.
  const MutexLock lock(mutex_);
  if (reply_ != Reply::Waiting) return;
  reply_ = Reply::Whole;
  head_ = {.status = status, .body = std::move(body), .headers = std::move(headers)};
  dropped = std::move(on_gone_);
  replied_.notify_all();
}

void Exchange::stream(std::vector<mcp::HeaderLine> headers) {
  const MutexLock lock(mutex_);
  if (reply_ != Reply::Waiting) return;
  reply_ = Reply::Stream;
  head_ = {.status = 200, .body = {}, .headers = std::move(headers)};
  outbox_.emplace();
  replied_.notify_all();
}

bool Exchange::send(mcp::Event event) {
  bool woken = false;
  bool room = false;
  {
    const MutexLock lock(mutex_);
    if (!outbox_ || ended_ || gone_) return false;
    room = outbox_->push(std::move(event));
    if (!room) outbox_.reset();
    woken = std::exchange(woken_, true);
  }
  // What found no room ends the stream: a client must not miss an answer and not know it.
  if (!room) {
    loop_->abandon(shared_from_this());
  } else {
    wake_loop(woken);
  }
  return room;
}

void Exchange::end() {
  bool woken = false;
  std::function<void()> dropped;
  {
    const MutexLock lock(mutex_);
    if (ended_) return;
    ended_ = true;
    dropped = std::move(on_gone_);
    woken = std::exchange(woken_, true);
  }
  wake_loop(woken);
}

void Exchange::wake_loop(bool already_woken) {
  if (!already_woken) loop_->wake(shared_from_this());
}

void Exchange::on_gone(std::function<void()> callback) {
  {
    const MutexLock lock(mutex_);
    if (reply_ == Reply::Whole || ended_) return;
    if (!gone_) {
      on_gone_ = std::move(callback);
      return;
    }
  }
  // The caller is inside the protocol library, which must not be called back from here.
  loop_->run_soon(std::move(callback));
}

Exchange::Reply Exchange::wait(std::chrono::milliseconds longest) {
  const TimePoint deadline = std::chrono::steady_clock::now() + longest;
  const MutexLock lock(mutex_);
  while (reply_ == Reply::Waiting)
    if (replied_.wait_until(mutex_, deadline) == std::cv_status::timeout) break;
  return reply_;
}

Exchange::Head Exchange::take_head() {
  const MutexLock lock(mutex_);
  return std::move(head_);
}

StreamSource::Supply Exchange::take(std::string& out) {
  std::string events;
  const MutexLock lock(mutex_);
  if (!outbox_) return Supply::Broken;
  woken_ = false;
  while (events.size() < kTakeAtOnce) {
    auto event = outbox_->pop();
    if (!event) break;
    if (events.empty()) {
      events = std::move(event->bytes);
    } else {
      events += event->bytes;
    }
  }
  if (!events.empty()) append_framed(events, out);
  if (!outbox_->empty() || !ended_) return Supply::More;
  if (framing_ == Framing::Chunked) out += kLastChunk;
  return Supply::Ended;
}

void Exchange::take_comment(std::string& out) {
  append_framed(kComment, out);
}

void Exchange::append_framed(std::string_view bytes, std::string& out) const {
  if (framing_ == Framing::UntilClose) {
    out += bytes;
    return;
  }
  std::array<char, 16> size;
  const auto end = std::to_chars(size.data(), size.data() + size.size(), bytes.size(), 16).ptr;
  out.append(size.data(), end);
  out += "\r\n";
  out += bytes;
  out += "\r\n";
}

void Exchange::gone() {
  std::function<void()> callback;
  {
    const MutexLock lock(mutex_);
    gone_ = true;
    callback = std::exchange(on_gone_, nullptr);
  }
  if (callback) callback();
}

}  // namespace tier0::transport
