#include "server/ssh/libssh_runner.h"

#include <algorithm>
#include <utility>

#include "server/ssh/connection_pool.h"
#include "server/ssh/quote.h"
#include "server/ssh/resolver.h"
#include "server/ssh/run_command.h"
#include "server/ssh/sftp_reader.h"
#include "server/ssh/sftp_writer.h"
#include "server/ssh/socket.h"

namespace tier0 {
namespace {

using ssh::Connection;
using ssh::ConnectionPool;
using ssh::Session;

/// A host with all that is needed to connect to it.
struct Target {
  HostName name;
  SshHost host;
  std::optional<HostKeyFingerprint> host_key;

  std::string identity(const std::string& user) const {
    return user + '\n' + host.address + '\n' + std::to_string(host.port) + '\n' +
           (host_key ? host_key->value : "");
  }
};

Error not_configured(const HostName& host) {
  return {.code = Code::NotConfigured,
          .message = "no SSH host " + host.value + " is configured",
          .hint = "add it to ssh.hosts with its address, then run: tier0 hosts pin " + host.value};
}

/// A limit of our own is the host's silence, not the caller's lack of time.
Error within(Error error, const Cancel& caller, const std::string& message) {
  if (error.code != Code::Timeout || ssh::now() >= caller.deadline) return error;
  return {.code = Code::SshUnreachable,
          .message = message,
          .hint = "check that the machine runs, and that its firewall and sshd let us in"};
}

class LibsshRunner final : public SshRunner {
 public:
  explicit LibsshRunner(SshOptions options)
      : options_(std::move(options)),
        pool_({.per_host = options_.limits.per_host,
               .unused = options_.limits.unused,
               .oldest = options_.limits.oldest}) {}

  Result<CommandOutput> run(const HostName& host, const Command& command,
                            const Cancel& cancel) override {
    T0_TRY(const std::string line, ssh::quote_argv(command.argv));
    const ssh::CommandLimits limits = limits_of(command, cancel);
    CommandOutput output;
    const auto work = [&](Session& session, const Cancel& bounded) -> Result<Unit> {
      T0_TRY(output, ssh::run_command(session, command, line, limits, bounded));
      return Unit{};
    };
    const bool of_its_own =
        command.connection == Command::Connection::New || command.key != KeyUse::Current;
    const Cancel bounded = cancel.sooner(ssh::now() + limits.total);
    T0_CHECK(of_its_own ? with_new_session(host, command.key, bounded, work)
                        : with_session(host, bounded, work));
    return output;
  }

  Result<FileContent> read_file(const HostName& host, const std::string& path, std::size_t limit,
                                const Cancel& cancel) override {
    FileContent content;
    const auto work = [&](Session& session, const Cancel& bounded) -> Result<Unit> {
      T0_TRY(content, ssh::read_file(session, path, limit, bounded));
      return Unit{};
    };
    T0_CHECK(with_session(host, cancel.sooner(ssh::now() + options_.limits.read_file), work));
    return content;
  }

  Result<Unit> write_file(const HostName& host, const FileWrite& file,
                          const Cancel& cancel) override {
    T0_CHECK(check_file_write(file));
    const auto work = [&file](Session& session, const Cancel& bounded) {
      return ssh::write_file(session, file, bounded);
    };
    const Cancel bounded = cancel.sooner(ssh::now() + options_.limits.write_file);
    return file.key == KeyUse::Current ? with_session(host, bounded, work)
                                       : with_new_session(host, file.key, bounded, work);
  }

 private:
  using Work = std::function<Result<Unit>(Session&, const Cancel&)>;

  ssh::CommandLimits limits_of(const Command& command, const Cancel& cancel) const {
    const auto longest = options_.limits.longest;
    auto total = std::min(command.total, longest);
    if (cancel.deadline != TimePoint::max())
      total = std::clamp(std::chrono::ceil<std::chrono::milliseconds>(cancel.deadline - ssh::now()),
                         std::chrono::milliseconds(0), total);
    return {.total = total, .idle = std::min(command.idle, total)};
  }

  Result<Target> find(const HostName& name, const Cancel& cancel) const {
    auto host = options_.find_host(name);
    if (!host) return not_configured(name);
    auto host_key = host->host_key;
    if (!host_key && options_.pins != nullptr) {
      T0_TRY(host_key, options_.pins->find(name, cancel));
    }
    return Target{name, *std::move(host), std::move(host_key)};
  }

  Result<std::unique_ptr<Connection>> dial(const Target& target, KeyUse use, const Cancel& cancel) {
    const auto& limits = options_.limits;
    const std::string& where = target.name.value;
    auto session = connect(target, cancel.sooner(ssh::now() + limits.connect));
    if (!session) return within(session.error(), cancel, where + " does not answer");
    T0_CHECK(check_host_key(target.name, target.host_key, (*session)->host_key()));

    T0_TRY(const Secret key, options_.private_key(use, cancel));
    const Cancel login = cancel.sooner(ssh::now() + limits.authenticate);
    if (auto done = (*session)->authenticate(options_.user, key, login); !done)
      return within(done.error(), cancel, where + " does not answer our login");
    (*session)->watch({.silence = limits.keepalive, .answer = limits.keepalive_answer});
    return std::make_unique<Connection>(Connection{.session = *std::move(session),
                                                   .made_for = target.identity(options_.user),
                                                   .made = ssh::now(),
                                                   .unused_since = {}});
  }

  Result<std::unique_ptr<Session>> connect(const Target& target, const Cancel& cancel) {
    T0_TRY(const auto endpoints, resolver_.resolve(target.host.address, target.host.port, cancel));
    T0_TRY(OwnedFd socket, ssh::connect_tcp(endpoints, target.name.value, cancel));
    return Session::open(std::move(socket), target.name.value, cancel);
  }

  /// One connection for one piece of work; a kept one that turns out to be dead is replaced once,
  /// as long as nothing was begun on it.
  Result<Unit> with_session(const HostName& name, const Cancel& cancel, const Work& work) {
    T0_TRY(const Target target, find(name, cancel));
    T0_TRY(auto lease, pool_.acquire(name, target.identity(options_.user), cancel));
    if (lease.connection() != nullptr) {
      auto done = work(*lease.connection()->session, cancel);
      if (done || done.error().maybe_done || done.error().code != Code::SshUnreachable) return done;
      lease.put(nullptr);
    }
    T0_TRY(auto connection, dial(target, KeyUse::Current, cancel));
    lease.put(std::move(connection));
    return work(*lease.connection()->session, cancel);
  }

  /// A connection for this piece of work alone: a kept one proves nothing about logging in, and one
  /// that another key made is for nobody else.
  Result<Unit> with_new_session(const HostName& name, KeyUse use, const Cancel& cancel,
                                const Work& work) {
    T0_TRY(const Target target, find(name, cancel));
    T0_TRY(const auto lease, pool_.acquire_empty(name, cancel));
    T0_TRY(const auto connection, dial(target, use, cancel));
    return work(*connection->session, cancel);
  }

  const SshOptions options_;
  ssh::Resolver resolver_;
  ConnectionPool pool_;
};

}  // namespace

std::unique_ptr<SshRunner> make_ssh_runner(SshOptions options) {
  return std::make_unique<LibsshRunner>(std::move(options));
}

}  // namespace tier0
