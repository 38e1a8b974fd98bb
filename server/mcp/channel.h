#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/mcp/errors.h"
#include "server/mcp/outlet.h"
#include "server/mcp/strand.h"

namespace tier0::mcp {

/// How a request ends. Status and headers matter over HTTP only.
struct Reply {
  std::string frame;
  int status = 200;
  std::vector<HeaderLine> headers = {};
};

/// Where the messages of one request go. Never called by two threads at a time, and after answer()
/// or abandon() never again.
class Route {
 public:
  virtual ~Route() = default;
  /// A notification, or a question to the client.
  virtual void message(Outgoing message) = 0;
  virtual void answer(Reply reply) = 0;
  /// There will be no answer: the call was cancelled.
  virtual void abandon() = 0;
  /// The answer takes a while: show a sign of life where that is possible.
  virtual void linger() {}
  /// Ends the connection; the client comes back for the rest.
  virtual void leave() {}
};

/// The way back to the client for one request: puts the messages of several threads in order and
/// makes the answer the last of them. Thread-safe.
class Channel : public std::enable_shared_from_this<Channel> {
 public:
  /// `streams`: whether anything but the answer can be sent.
  Channel(std::unique_ptr<Route> route, bool streams)
      : streams_(streams), route_(std::move(route)) {}

  bool streams() const { return streams_; }

  /// Runs `use` in its turn, unless the request has ended by then.
  void run(std::function<void(Route&)> use);
  void message(Outgoing message);
  void answer(Reply reply);
  /// For the end of the server: the route has the answer, or had another one, when this returns.
  /// Not to be called by what runs in the channel's turn.
  void answer_now(Reply reply);
  void abandon();

 private:
  const bool streams_;
  Strand strand_;
  // Both belong to the strand.
  std::unique_ptr<Route> route_;
  bool ended_ = false;
};

/// Messages and answers alike go to an outlet: lines, or the stream of HTTP+SSE.
class OutletRoute final : public Route {
 public:
  explicit OutletRoute(std::shared_ptr<Outlet> outlet) : outlet_(std::move(outlet)) {}
  void message(Outgoing message) override { outlet_->send(std::move(message)); }
  void answer(Reply reply) override { outlet_->send({.frame = std::move(reply.frame)}); }
  void abandon() override {}

 private:
  std::shared_ptr<Outlet> outlet_;
};

Reply result_reply(const Json& id, std::string_view result);
/// An answer to a request whose id is known.
Reply error_reply(const Json& id, const ProtocolError& error, Revision revision);
/// An answer to something that could not be read: whether its id is null or left out depends on the
/// revision.
Reply unreadable_reply(const ProtocolError& error, Revision revision);

}  // namespace tier0::mcp
