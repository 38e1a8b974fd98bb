#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "tests/fakes/scripted_server.h"
#include "tests/fakes/vault_tokens.h"

namespace tier0::fakes {

/// A loopback server that answers as Vault's HTTP API does, as strictly: seal, tokens and their
/// times, AppRole, policies, a namespace, key-value mounts of both versions. Its time is the clock
/// it was given. Thread-safe.
class VaultServer {
 public:
  explicit VaultServer(const Clock& clock, std::string only_namespace = "");
  ~VaultServer();

  std::string url() const { return server_->url(); }

  void mount(const std::string& path, int version);
  void mount_other(const std::string& path, const std::string& type);
  /// "MOUNT/PATH", as another program writes and reads it.
  void put(const std::string& name, Json fields);
  void remove(const std::string& name);
  Json newest(const std::string& name) const;
  std::uint64_t count(const std::string& name) const;

  std::string add_token(VaultGrant grant);
  void add_role(const std::string& role_id, const std::string& secret_id, VaultGrant grant);
  void revoke(const std::string& token);
  void revoke_all();
  /// Tokens that are out and not dead.
  std::size_t live_tokens() const;

  void seal(bool sealed);
  /// Answers no question for mounts any more, as old versions do.
  void hide_mounts();
  /// Vault says nothing to any request from now on.
  void hang();
  /// Answers every request with this from now on, empty: as itself again.
  void answer_with(std::optional<Answer> answer);
  /// Runs before the next write of a secret is handled.
  void before_next_write(std::function<void()> what);
  /// Carries the next write out and breaks the connection instead of answering.
  void lose_next_answer();

  /// "METHOD path status" of each request, in order; without /v1/.
  std::vector<std::string> log() const;
  std::size_t count_requests(const std::string& start) const;
  bool wait_for_requests(std::size_t count) const { return server_->wait_for_requests(count); }

 private:
  Answer answer_to(const ReceivedRequest& request) EXCLUDES(mutex_);
  VaultReply handle(const ReceivedRequest& request) EXCLUDES(mutex_);
  VaultReply route(const std::string& method, const std::string& path, const Json& body,
                   const std::string& token) REQUIRES(mutex_);
  VaultReply capabilities(const Json& body, const VaultGrant& grant) const REQUIRES(mutex_);
  VaultReply show_mount(const std::string& path, const VaultGrant& grant) const REQUIRES(mutex_);
  VaultReply secret(const std::string& method, const std::string& path, const Json& body,
                    const VaultGrant& grant) REQUIRES(mutex_);

  std::string mount_of(const std::string& path) const REQUIRES(mutex_);

  const std::string namespace_;
  mutable Mutex mutex_;
  bool sealed_ GUARDED_BY(mutex_) = false;
  bool hides_mounts_ GUARDED_BY(mutex_) = false;
  bool hangs_ GUARDED_BY(mutex_) = false;
  bool loses_ GUARDED_BY(mutex_) = false;
  std::optional<Answer> canned_ GUARDED_BY(mutex_);
  std::function<void()> before_write_ GUARDED_BY(mutex_);
  std::map<std::string, VaultEngine> engines_ GUARDED_BY(mutex_);
  std::map<std::string, std::string> others_ GUARDED_BY(mutex_);  // mount to type
  VaultTokens tokens_ GUARDED_BY(mutex_);
  std::vector<std::string> log_ GUARDED_BY(mutex_);
  std::unique_ptr<ScriptedServer> server_;  // last: its threads use the rest
};

}  // namespace tier0::fakes
