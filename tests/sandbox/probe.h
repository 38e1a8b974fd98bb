#pragma once

#include <map>
#include <string>

#include "server/base/json.h"
#include "server/sandbox/sandbox.h"

namespace tier0::sandbox {

/// What came back over a TCP connection of its own.
struct WireReply {
  int status = 0;                                   // 0: not a byte of a head
  std::map<std::string, std::string> headers = {};  // names in lower case
  std::string body = {};
  bool reset = false;     // ended by an RST
  bool complete = false;  // as long as Content-Length said

  Json json() const;
};

/// A plain HTTP client over a raw socket, because the tests look at how connections end. Gives up
/// after ten seconds without a byte.
WireReply wire_call(const std::string& url, const std::string& method, const std::string& target,
                    const std::string& token, const std::string& body = "");

/// A running sandbox and the two ways to talk to it.
class Running {
 public:
  explicit Running(Options options = {.time_scale = 1000, .requests_per_minute = 0});

  WireReply api(const std::string& method, const std::string& target, const Json& body = {});
  WireReply control(const std::string& method, const std::string& target, const Json& body = {});
  /// The seeded VM's path.
  std::string vm_path();
  /// Waits, for ten seconds at most, until the VM's action lock is off.
  void wait_until_unlocked();
  Json requests(const std::string& query = "");

  Sandbox& sandbox() { return *sandbox_; }
  const std::string& token() const { return token_; }
  std::string vps() { return sandbox_->hosts().hosts().front().vps; }

 private:
  std::unique_ptr<Sandbox> sandbox_;
  std::string token_;
};

}  // namespace tier0::sandbox
