#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/cli/asked.h"
#include "server/cli/questions.h"
#include "server/state/bridge.h"

namespace tier0::cli {

/// What a client and its server have told each other, as far as another server must know it to go
/// on in its place: the handshake of the older revisions, and what is not answered yet. Not
/// thread-safe.
class SessionMemory final : public BridgeWatch {
 public:
  explicit SessionMemory(EffectOf effect_of) : effect_of_(std::move(effect_of)) {}

  std::optional<std::string> to_server(const std::string& line) override;
  void taken(const std::string& line) override;
  std::optional<std::string> to_client(std::string line) override;

  struct Loss {
    std::vector<std::string> to_client;
    /// For the next server, before anything else. Answers that the client has already are dropped
    /// on their way to it.
    std::vector<std::string> to_server;
  };
  /// The server has gone. Requests that only read are asked again, once; a tools/call never is: its
  /// answer says whether it may have happened.
  Loss lose_server();

  /// Whether the client waits for an answer.
  bool is_waiting() const;
  /// Whether this server has said anything.
  bool has_heard() const { return has_heard_; }

 private:
  struct Open {
    Asked asked;
    std::uint64_t order = 0;
    std::string line = {};   // where it may be asked again
    bool is_replay = false;  // the client has its answer
    bool was_acknowledged = false;
    int times = 0;  // that a server took it
  };

  void note(const Json& message, const std::string& line);
  void note_setting(const Asked& asked, const Json& message, const std::string& line);
  bool deliver(Json& message, bool& is_changed);
  bool deliver_answer(const Json& message);
  bool deliver_notification(Json& message, bool& is_changed);
  void replay_session(Loss& loss);

  const EffectOf effect_of_;
  std::map<std::string, Open> open_;  // by the id as JSON
  Questions questions_;
  std::string greeting_;                         // initialize, once it was answered
  std::string greeted_;                          // notifications/initialized
  std::map<std::string, std::string> settings_;  // lines that set something for the session
  std::uint64_t order_ = 0;
  bool has_heard_ = false;
};

}  // namespace tier0::cli
