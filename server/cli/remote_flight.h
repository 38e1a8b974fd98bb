#pragma once

#include <stop_token>
#include <string>

#include "server/cli/remote_conversation.h"

namespace tier0::cli {

/// One request of the client, from its POST to its answer. Only stop() may be called from another
/// thread.
class RemoteFlight {
 public:
  /// The conversation outlives it.
  RemoteFlight(RemoteConversation& conversation, Asked asked)
      : conversation_(conversation), asked_(std::move(asked)) {}

  const Asked& asked() const { return asked_; }
  /// The client no longer wants an answer: none is given.
  void stop() { stop_.request_stop(); }

  /// Returns when the client has its answer, the server's or ours, or at a stop.
  void carry(const std::string& line);

 private:
  bool is_legacy() const { return asked_.revision.empty(); }
  bool is_over() const { return is_answered_ || stop_.stop_requested(); }
  Cancel cancel() const { return {.stop = stop_.get_token()}; }
  void hear(std::string line);
  void settle(const HttpReply& reply, const Replies& replies);
  void settle_body(int status, const std::string& body);
  void take_up(const Replies& broken);

  RemoteConversation& conversation_;
  const Asked asked_;
  std::stop_source stop_;
  bool is_answered_ = false;
  std::string agreed_revision_;  // where it is `initialize` and was answered
};

}  // namespace tier0::cli
