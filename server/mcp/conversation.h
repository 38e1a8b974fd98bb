#pragma once

#include <memory>
#include <string_view>

#include "server/base/mutex.h"
#include "server/jsonrpc/message.h"
#include "server/mcp/shared.h"

namespace tier0::mcp {

/// A client on a lasting two-way connection: lines, or HTTP+SSE. It tells the eras apart message by
/// message; what `initialize` begins belongs to the connection. Messages come one after another,
/// end() at any time.
class Conversation {
 public:
  /// Whether the connection carries revisions without a handshake too.
  enum class Eras { Both, LegacyOnly };

  Conversation(Shared& shared, Caller caller, std::shared_ptr<Outlet> outlet, Eras eras)
      : shared_(shared), caller_(std::move(caller)), outlet_(std::move(outlet)), eras_(eras) {}

  /// One JSON text.
  void receive_text(std::string_view text);
  void receive(Json value);
  /// What came was no JSON text, or too much of it.
  void refuse_unreadable(std::string message);
  /// Tells the client of every request that runs that the server ends.
  void shut_down() { calls_->shut_down_all(); }
  /// Cancels what runs; nothing is sent afterwards.
  void end() EXCLUDES(mutex_);

 private:
  void receive_array(Json array);
  void receive_request(jsonrpc::Request request);
  void receive_modern(jsonrpc::Request request);
  void receive_legacy(jsonrpc::Request request);
  void receive_notification(const jsonrpc::Notification& notification);
  void initialize(const jsonrpc::Request& request) EXCLUDES(mutex_);
  void refuse(const jsonrpc::Request& request, const ProtocolError& error, Revision revision);
  std::shared_ptr<Channel> make_channel() const;
  /// Which revision's rules hold for an answer to something that is no request.
  Revision spoken() const EXCLUDES(mutex_);
  std::shared_ptr<Session> session() const EXCLUDES(mutex_);

  Shared& shared_;
  const Caller caller_;
  const std::shared_ptr<Outlet> outlet_;
  const Eras eras_;
  const std::shared_ptr<CallTable> calls_ = std::make_shared<CallTable>();
  std::atomic<bool> has_spoken_modern_ = false;
  mutable Mutex mutex_;
  std::shared_ptr<Session> session_ GUARDED_BY(mutex_);
};

}  // namespace tier0::mcp
