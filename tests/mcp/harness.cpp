#include "tests/mcp/harness.h"

#include <stdexcept>

#include "server/mcp/envelope.h"

namespace tier0::mcp {
namespace {

const Harness::Headers kUsual = {{"Content-Type", "application/json"},
                                 {"Accept", "application/json, text/event-stream"}};

HttpRequest make_request(const std::string& body, const Harness::Headers& headers,
                         std::vector<HeaderView>& views, const Caller& caller) {
  for (const auto& [name, value] : headers) views.push_back({.name = name, .value = value});
  return {.body = body, .headers = views, .caller = caller};
}

}  // namespace

void RecordingResponder::finish(int status, std::string body, std::vector<HeaderLine> headers) {
  {
    MutexLock lock(mutex_);
    if (has_ended_) throw std::logic_error("answered twice");
    status_ = status;
    body_ = std::move(body);
    headers_ = std::move(headers);
    has_ended_ = true;
  }
  changed_.notify_all();
}

void RecordingResponder::stream(std::vector<HeaderLine> headers) {
  {
    MutexLock lock(mutex_);
    if (status_ != 0) throw std::logic_error("streamed after an answer");
    status_ = 200;
    headers_ = std::move(headers);
  }
  changed_.notify_all();
}

bool RecordingResponder::send(Event event) {
  {
    MutexLock lock(mutex_);
    if (status_ == 0 || has_ended_) throw std::logic_error("sent outside of a stream");
    if (is_gone_) return false;
    events_.push_back(std::move(event.bytes));
  }
  changed_.notify_all();
  return true;
}

void RecordingResponder::end() {
  {
    MutexLock lock(mutex_);
    has_ended_ = true;
  }
  changed_.notify_all();
}

void RecordingResponder::on_gone(std::function<void()> callback) {
  MutexLock lock(mutex_);
  on_gone_ = std::move(callback);
}

void RecordingResponder::go() {
  std::function<void()> callback;
  {
    MutexLock lock(mutex_);
    is_gone_ = true;
    if (!has_ended_) callback = std::exchange(on_gone_, nullptr);
  }
  if (callback) callback();
}

void RecordingResponder::wait(const std::function<bool()>& reached) {
  MutexLock lock(mutex_);
  if (!changed_.wait_for(mutex_, kBound, reached)) throw std::runtime_error("nothing came in time");
}

int RecordingResponder::status() {
  wait([this] { return status_ != 0; });
  MutexLock lock(mutex_);
  return status_;
}

Json RecordingResponder::body() {
  wait([this] { return has_ended_; });
  MutexLock lock(mutex_);
  return Json::parse(body_);
}

std::string RecordingResponder::header(const std::string& name) {
  status();
  MutexLock lock(mutex_);
  for (const HeaderLine& line : headers_)
    if (line.name == name) return line.value;
  return {};
}

std::string RecordingResponder::event(std::size_t index) {
  wait([this, index] { return events_.size() > index; });
  MutexLock lock(mutex_);
  return events_[index];
}

Json RecordingResponder::message(std::size_t index) {
  const std::string text = event(index);
  return Json::parse(text.substr(text.find("data: ") + 6));
}

void RecordingResponder::wait_for_end() {
  wait([this] { return has_ended_; });
}

bool RecordingResponder::has_ended() const {
  MutexLock lock(mutex_);
  return has_ended_;
}

std::size_t RecordingResponder::events() const {
  MutexLock lock(mutex_);
  return events_.size();
}

bool RecordingSink::send(Event event) {
  {
    MutexLock lock(mutex_);
    lines_.push_back(std::move(event.bytes));
  }
  changed_.notify_all();
  return true;
}

Json RecordingSink::message(std::size_t index) {
  MutexLock lock(mutex_);
  if (!changed_.wait_for(mutex_, kBound, [this, index] { return lines_.size() > index; }))
    throw std::runtime_error("nothing came in time");
  return Json::parse(lines_[index]);
}

std::size_t RecordingSink::count() const {
  MutexLock lock(mutex_);
  return lines_.size();
}

Harness::Harness(Options options, std::size_t threads, std::size_t queue)
    : fixture_(clock_), pool_(std::in_place, threads, queue) {
  endpoint_.emplace(fixture_, *pool_, clock_, std::move(options));
  fixture_.set_triggers(
      {.tools_changed = [this] { endpoint_->tools_changed(); },
       .prompts_changed = [this] { endpoint_->prompts_changed(); },
       .resource_updated = [this](const std::string& uri) { endpoint_->resource_updated(uri); }});
}

Harness::Harness(Service& service, Options options, std::size_t threads, std::size_t queue)
    : fixture_(clock_), pool_(std::in_place, threads, queue) {
  endpoint_.emplace(service, *pool_, clock_, std::move(options));
}

Harness::~Harness() {
  endpoint_->shutdown();
  pool_.reset();
}

Harness::Reply Harness::post(const std::string& body, Headers headers) {
  headers.insert(kUsual.begin(), kUsual.end());
  std::vector<HeaderView> views;
  auto reply = std::make_shared<RecordingResponder>();
  endpoint_->post(make_request(body, headers, views, caller), reply);
  return reply;
}

Harness::Reply Harness::get(Headers headers) {
  std::vector<HeaderView> views;
  auto reply = std::make_shared<RecordingResponder>();
  endpoint_->get(make_request("", headers, views, caller), reply);
  return reply;
}

Harness::Reply Harness::remove(Headers headers) {
  std::vector<HeaderView> views;
  auto reply = std::make_shared<RecordingResponder>();
  endpoint_->remove(make_request("", headers, views, caller), reply);
  return reply;
}

Harness::Reply Harness::modern(const Json& id, const std::string& method, Json params,
                               Headers headers) {
  params["_meta"][std::string(kMetaVersion)] = "2026-07-28";
  if (!params["_meta"].contains(kMetaCapabilities))
    params["_meta"][std::string(kMetaCapabilities)] = Json::object();
  headers.emplace("MCP-Protocol-Version", "2026-07-28");
  headers.emplace("Mcp-Method", method);
  if (params.contains("name")) headers.emplace("Mcp-Name", params["name"].get<std::string>());
  return post(dump_json({{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}}),
              std::move(headers));
}

Harness::Reply Harness::call_modern(const Json& id, const std::string& tool, Json meta) {
  return modern(id, "tools/call", {{"name", tool}, {"_meta", std::move(meta)}});
}

std::string Harness::open_session(const std::string& version, const Json& capabilities) {
  const auto reply =
      post(dump_json({{"jsonrpc", "2.0"},
                      {"id", 0},
                      {"method", "initialize"},
                      {"params", {{"protocolVersion", version}, {"capabilities", capabilities}}}}));
  const std::string session = reply->header("Mcp-Session-Id");
  in_session(session, {{"jsonrpc", "2.0"}, {"method", "notifications/initialized"}});
  return session;
}

Harness::Reply Harness::in_session(const std::string& session, const Json& message,
                                   Headers headers) {
  headers.emplace("Mcp-Session-Id", session);
  return post(dump_json(message), std::move(headers));
}

Harness::Reply Harness::call_in(const std::string& session, const Json& id, const std::string& tool,
                                const Json& meta, Headers headers) {
  return in_session(session,
                    {{"jsonrpc", "2.0"},
                     {"id", id},
                     {"method", "tools/call"},
                     {"params", {{"name", tool}, {"_meta", meta}}}},
                    std::move(headers));
}

bool eventually(const Clock& clock, const std::function<bool()>& ask) {
  const TimePoint latest = clock.now() + kBound;
  while (!ask()) {
    if (clock.now() > latest) return false;
    clock.wait_until(clock.now() + std::chrono::milliseconds(5), {});
  }
  return true;
}

}  // namespace tier0::mcp
