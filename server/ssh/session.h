#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "server/base/cancel.h"
#include "server/base/result.h"
#include "server/base/secret.h"
#include "server/ssh/host_keys.h"
#include "server/ssh/socket.h"

struct ssh_session_struct;

namespace tier0::ssh {

/// How long a silent peer is believed to be there.
struct Liveness {
  std::chrono::milliseconds silence;  // then it is asked
  std::chrono::milliseconds answer;   // then it is given up
};

/// One SSH connection over libssh, which is kept from ever waiting by itself: each wait is a poll
/// of ours, ended by the deadline or the stop of the call at hand. For one thread at a time. An
/// error of kind ssh_unreachable, timeout or cancelled leaves it of no further use.
class Session {
 public:
  /// Exchanges keys; nobody is logged in yet. `where` is what errors call the host.
  static Result<std::unique_ptr<Session>> open(OwnedFd socket, const std::string& where,
                                               const Cancel& cancel);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const HostKeyFingerprint& host_key() const { return host_key_; }

  /// Logs in with an Ed25519 key in OpenSSH's PEM form. Kinds ssh_auth, secret_unavailable (no such
  /// key), and those of wait.
  Result<Unit> authenticate(const std::string& user, const Secret& key, const Cancel& cancel);

  /// From now on a peer that is silent for too long is asked for a sign of life.
  void watch(const Liveness& liveness);

  /// Handles what has arrived, or waits for it until `until`. Kinds ssh_unreachable where the
  /// connection is gone or the peer gives no sign of life, timeout, cancelled.
  Result<Unit> wait(TimePoint until, const Cancel& cancel);

  /// Repeats a call of libssh until it answers something else than `again`.
  Result<int> drive(const std::function<int()>& call, int again, const Cancel& cancel);

  /// Whether the connection still stands, as far as one can see without asking.
  bool stands();

  /// Called by a channel that was left before the host had closed its side.
  void spoil() { spoiled_ = true; }
  /// Whether another call may use this session.
  bool reusable() { return !spoiled_ && stands(); }

  const std::string& where() const { return where_; }
  ssh_session_struct* handle() const;

 private:
  struct Libssh;

  Session(OwnedFd socket, std::string where);
  Result<Unit> connect(const Cancel& cancel);
  Result<Unit> read_host_key();
  void listen();
  Result<Unit> ask_when_silent();
  TimePoint next_sign() const;
  Error lost(const std::string& problem) const;

  OwnedFd socket_;  // ours; libssh has a duplicate, and closes it when it likes
  std::string where_;
  std::unique_ptr<Libssh> libssh_;
  HostKeyFingerprint host_key_;
  bool spoiled_ = false;
  std::optional<Liveness> liveness_;
  TimePoint heard_;                 // when the peer last sent anything
  std::uint64_t heard_bytes_ = 0;   // how much it had sent by then
  std::optional<TimePoint> asked_;  // for a sign of life, since heard_
};

}  // namespace tier0::ssh
