#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "server/base/json.h"

namespace tier0::cli {

/// The questions that servers ask a client, one server after the other. Each counts its questions
/// from 1, so those of a later one get an id with a mark: a person's answer to a question of the
/// last server must not fit one of the next. Not thread-safe.
class Questions {
 public:
  /// Gives a server's question the id under which the client shall know it. True if it changed.
  bool show(Json& question);
  /// The server withdraws a question (notifications/cancelled). True if the message changed.
  bool withdraw(Json& notification);

  enum class Fit { None, AsItIs, Changed };
  /// A client's answer, with the id under which this server knows its question. None: it answers
  /// a server that has gone.
  Fit fit(Json& response);

  /// Another server follows. What the client must be told: nobody waits for those answers any more.
  std::vector<std::string> next_server();

 private:
  std::string mark() const { return "g" + std::to_string(servers_before_) + ":"; }

  std::map<std::string, Json> open_;  // by this server's id as JSON: as the client knows it
  std::uint64_t servers_before_ = 0;
};

}  // namespace tier0::cli
