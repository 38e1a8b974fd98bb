#include "server/mcp/streamable_http.h"

#include <utility>

#include "server/mcp/headers.h"
#include "server/mcp/http_post.h"
#include "server/mcp/sse_sessions.h"

namespace tier0::mcp {
namespace {

void refuse_verb(Responder& responder) {
  responder.finish(405, {}, {{.name = "Allow", .value = "POST"}});
}

}  // namespace

void StreamableHttp::post(const HttpRequest& request, std::shared_ptr<Responder> responder) {
  HttpPost(shared_, sessions_, request, std::move(responder)).handle();
}

void StreamableHttp::get(const HttpRequest& request, const std::shared_ptr<Responder>& responder) {
  if (shared_.is_closed) return responder->finish(503, {});
  if (!shared_.options.legacy) return refuse_verb(*responder);
  const HeaderValue id = find_header(request.headers, "Mcp-Session-Id");
  const bool wants_stream =
      find_header(request.headers, "Accept").count > 0 && read_accept(request.headers).stream;
  if (id.count == 0) {
    // Every session of ours has an id and every later client names its revision: this is HTTP+SSE.
    const bool is_old = find_header(request.headers, "MCP-Protocol-Version").count == 0;
    if (wants_stream && is_old && shared_.options.sse_on_endpoint)
      return sse_.open(request, responder);
    return refuse_verb(*responder);
  }
  if (!wants_stream) return responder->finish(406, {});
  const auto session = sessions_.find(id.value, request.caller);
  if (!session) return responder->finish(404, {});
  open_stream(*session, request, responder);
}

void StreamableHttp::open_stream(const HttpSession& session, const HttpRequest& request,
                                 const std::shared_ptr<Responder>& responder) {
  std::shared_ptr<EventStream> stream = session.general();
  const HeaderValue last = find_header(request.headers, "Last-Event-ID");
  if (last.count == 0) {
    stream->attach(responder);
    if (facts(session.session()->revision()).polling) stream->prime(shared_.options.retry);
  } else {
    const EventId seen = parse_event_id(last.value);
    stream = session.find_stream(seen.stream);
    if (!stream) {
      // Nothing is left of it: an empty stream says so better than an error.
      responder->stream();
      responder->end();
      return;
    }
    stream->attach(responder, seen.number);
  }
  if (!request.caller.expires) return;
  const auto left = *request.caller.expires - shared_.clock.wall();
  shared_.timer.after(left, [weak = std::weak_ptr(stream)] {
    if (const auto open = weak.lock()) open->disconnect();
  });
}

void StreamableHttp::remove(const HttpRequest& request,
                            const std::shared_ptr<Responder>& responder) {
  if (!shared_.options.legacy) return refuse_verb(*responder);
  const HeaderValue id = find_header(request.headers, "Mcp-Session-Id");
  if (id.count == 0) return responder->finish(400, {});
  const auto session = sessions_.find(id.value, request.caller);
  if (!session) return responder->finish(404, {});
  sessions_.remove(session);
  responder->finish(204, {});
}

}  // namespace tier0::mcp
