#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "server/base/cancel.h"
#include "server/base/result.h"

namespace tier0 {

/// What passes over a bridge, line by line and without newlines. Called on the bridge's own thread.
class BridgeWatch {
 public:
  virtual ~BridgeWatch() = default;
  /// What a server gets for a line of the client; nothing where it must not have it.
  virtual std::optional<std::string> to_server(const std::string& line) = 0;
  /// A server has all of this line; it is not sent again.
  virtual void taken(const std::string& line) = 0;
  /// What the client gets for a line of a server.
  virtual std::optional<std::string> to_client(std::string line) = 0;
};

/// Carries lines between a client's streams and one server after the other: each side gets whole
/// lines only, and what a server has not taken whole the next one gets. SIGPIPE must be ignored.
/// Not thread-safe.
class Bridge {
 public:
  enum class End { Client, Server, Stopped };

  /// Does not own the descriptors; the watch outlives it.
  Bridge(int client_in, int client_out, BridgeWatch& watch)
      : client_in_(client_in), client_out_(client_out), watch_(watch) {}

  /// Until the server has ended and all it said is read, the client no longer reads, or a stop. The
  /// end of the client's input is passed on. Kind internal where the system refuses to poll.
  Result<End> carry(int server, const std::stop_token& stop);

  /// What the next server gets before anything the client said, instead of what was left of the
  /// last call.
  void say_first(std::vector<std::string> lines);
  /// A line for the client, behind what waits for it.
  void tell(const std::string& line);
  /// Writes what waits for the client. Kind not_found where it no longer reads, else as
  /// Cancel::check: the rest waits on.
  Result<Unit> deliver(const Clock& clock, const Cancel& cancel);

  /// Whether the client's input has ended and a server took all of it.
  bool is_client_done() const { return client_ended_ && waiting_.empty() && !current_; }

 private:
  /// One line on its way to a server, in two forms.
  struct Passing {
    std::string line;
    std::string bytes;  // as the server gets it, with its newline
    std::size_t sent = 0;
    bool is_clients = true;  // else one of first_
  };
  struct Server {
    int fd;
    bool is_writable = true;
    bool was_told_of_end = false;
  };

  void read_client();
  void end_line();
  bool load_next();
  void send_lines(Server& server);
  /// False once the server has ended.
  bool read_server(int server);
  /// False once the client is gone.
  bool write_client();
  void give_back();

  const int client_in_;
  const int client_out_;
  BridgeWatch& watch_;
  bool client_ended_ = false;
  std::string partial_;              // the client's line that has no end yet
  std::deque<std::string> waiting_;  // the client's lines that no server has
  std::size_t waiting_bytes_ = 0;
  std::deque<std::string> first_;
  std::optional<Passing> current_;
  std::string server_partial_;
  std::string to_client_;
  std::size_t written_ = 0;  // that many bytes of to_client_
};

}  // namespace tier0
