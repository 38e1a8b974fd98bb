#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/base/cancel.h"
#include "server/base/result.h"
#include "server/ssh/session.h"

namespace tier0::ssh {

enum class Stream { Out, Err };

/// One channel of a session: a program or a subsystem on the host. What arrives is handed on at
/// once and kept nowhere, so a host cannot fill our memory. Left before its end, it spoils the
/// session for others. For the session's thread only; must not outlive the session.
class Channel {
 public:
  /// Called from within Session::wait with what the host sent; must not call the channel.
  using Receiver = std::function<void(Stream, std::string_view)>;

  static Result<std::unique_ptr<Channel>> open(Session& session, Receiver receiver,
                                               const Cancel& cancel);
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// Starts the command line on the host. Kind forbidden where the host does not want to; any other
  /// error has maybe_done, since the host may have started it.
  Result<Unit> execute(const std::string& line, const Cancel& cancel);
  /// Starts a subsystem. Kind forbidden where the host has none of that name.
  Result<Unit> start_subsystem(const std::string& name, const Cancel& cancel);

  /// Sends as much as the host takes now and says how much that was; 0 also where it takes no more.
  std::size_t write(std::string_view bytes);
  void end_input();

  /// Whether the host has closed its side: nothing more will arrive.
  bool ended() const;
  const std::optional<int>& exit_code() const;
  const std::string& exit_signal() const;

 private:
  struct Libssh;

  Channel(Session& session, Receiver receiver);

  Session& session_;
  std::unique_ptr<Libssh> libssh_;
};

}  // namespace tier0::ssh
