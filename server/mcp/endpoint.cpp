#include "server/mcp/endpoint.h"

#include <algorithm>
#include <utility>

#include "server/mcp/conversation.h"
#include "server/mcp/sse_sessions.h"
#include "server/mcp/streamable_http.h"

namespace tier0::mcp {
namespace {

class LinePeer final : public Peer {
 public:
  LinePeer(Shared& shared, Caller caller, std::shared_ptr<LineSink> sink)
      : conversation_(shared, std::move(caller), std::make_shared<LineOutlet>(std::move(sink)),
                      Conversation::Eras::Both) {}

  void receive(std::string_view line) override {
    const bool is_blank = line.find_first_not_of(" \t\r") == std::string_view::npos;
    if (!is_blank) conversation_.receive_text(line);
  }
  void receive_too_long() override { conversation_.refuse_unreadable("the line is too long"); }
  void shut_down() override { conversation_.shut_down(); }
  void close() override { conversation_.end(); }

 private:
  Conversation conversation_;
};

}  // namespace

struct Endpoint::Parts {
  Parts(Service& service, Executor& executor, const Clock& clock, Options options)
      : shared(service, executor, clock, std::move(options)), sse(shared), http(shared, sse) {}

  Shared shared;
  SseSessions sse;
  StreamableHttp http;
};

Endpoint::Endpoint(Service& service, Executor& executor, const Clock& clock, Options options)
    : parts_(std::make_unique<Parts>(service, executor, clock, std::move(options))) {}

Endpoint::~Endpoint() {
  // Its jobs use all the parts.
  parts_->shared.timer.stop();
}

void Endpoint::post(const HttpRequest& request, std::shared_ptr<Responder> responder) {
  parts_->http.post(request, std::move(responder));
}

void Endpoint::get(const HttpRequest& request, std::shared_ptr<Responder> responder) {
  parts_->http.get(request, responder);
}

void Endpoint::remove(const HttpRequest& request, std::shared_ptr<Responder> responder) {
  parts_->http.remove(request, responder);
}

void Endpoint::open_sse(const HttpRequest& request, std::shared_ptr<Responder> responder) {
  parts_->sse.open(request, responder);
}

void Endpoint::post_sse(std::string_view session_id, const HttpRequest& request,
                        std::shared_ptr<Responder> responder) {
  parts_->sse.post(session_id, request, *responder);
}

std::unique_ptr<Peer> Endpoint::connect(Caller caller, std::shared_ptr<LineSink> sink) {
  return std::make_unique<LinePeer>(parts_->shared, std::move(caller), std::move(sink));
}

void Endpoint::tools_changed() {
  parts_->shared.watchers.list_changed(Area::Tools);
}
void Endpoint::prompts_changed() {
  parts_->shared.watchers.list_changed(Area::Prompts);
}
void Endpoint::resources_changed() {
  parts_->shared.watchers.list_changed(Area::Resources);
}
void Endpoint::resource_updated(const std::string& uri) {
  parts_->shared.watchers.resource_updated(uri);
}

void Endpoint::shutdown() {
  if (parts_->shared.is_closed.exchange(true)) return;
  parts_->shared.live->shut_down_all();
  parts_->http.shut_down();
  parts_->sse.shut_down();
}

}  // namespace tier0::mcp
