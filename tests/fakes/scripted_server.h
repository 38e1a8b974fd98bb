#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tier0::fakes {

struct ReceivedRequest {
  std::string method;
  std::string target;                          // path and query, as sent
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  int connection = 0;  // counted from 1

  std::string header(const std::string& name) const;
};

/// What the server does with the connection once it has sent its bytes. Hold: says nothing more
/// and keeps it open until the server ends.
enum class Then { KeepOpen, Close, Reset, Hold };

/// Raw bytes, sent piece by piece with `pause` before each but the first.
struct Answer {
  std::vector<std::string> pieces = {};
  Then then = Then::KeepOpen;
  std::chrono::milliseconds pause{0};
};

/// A whole answer with a Content-Length.
Answer answer(int status, std::string_view body, std::string_view type = "application/json",
              const std::vector<std::string>& header_lines = {});
/// These bytes, as they are.
Answer raw(std::string bytes, Then then);

/// A loopback HTTP server that does exactly what a test says, and remembers what it was asked.
/// It reads requests strictly: head, then as many bytes as Content-Length says. Thread-safe.
class ScriptedServer {
 public:
  using Script = std::function<Answer(const ReceivedRequest& request)>;

  /// Listens on a port of its own. The script runs on the connection's thread.
  explicit ScriptedServer(Script script);
  /// Gives the answers in order, then 500 for ever.
  explicit ScriptedServer(std::vector<Answer> answers);
  ~ScriptedServer();

  std::string url() const;  // http://127.0.0.1:PORT
  /// The next `count` connections are reset as they come in, before a byte is read.
  void reset_connections(int count);
  int connections() const;  // accepted so far
  std::vector<ReceivedRequest> requests() const;
  /// Whether that many requests came within a generous bound.
  bool wait_for_requests(std::size_t count) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace tier0::fakes
