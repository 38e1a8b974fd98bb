#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "server/base/json.h"
#include "server/base/result.h"
#include "server/base/secret.h"
#include "server/sandbox/host_view.h"

namespace tier0::sandbox {

struct Options {
  std::string listen = "127.0.0.1:0";      // HOST:PORT, loopback; port 0 picks one
  std::string control = "127.0.0.1:0";     // the control plane's own
  std::string state_file = {};             // empty: the world lives in memory only
  std::optional<std::uint64_t> seed = {};  // given: the world starts anew
  std::string fixture = {};                // a file; given: the world starts anew from it
  double time_scale = 60;                  // divides the provider's durations
  int requests_per_minute = 120;           // per token, real time; 0: no limit
  /// An authorized_keys line for smarteros on seeded hosts; asked whenever a world starts anew.
  std::function<std::string()> deploy_public_key = {};
};

/// The simulated provider: a real HTTP server on loopback over a world that outlives it in
/// `state_file`, and a control plane for tests and rehearsals. Thread-safe.
class Sandbox {
 public:
  /// Kind not_configured where an address, the fixture or the state file cannot be used.
  static Result<std::unique_ptr<Sandbox>> start(const Options& options);

  virtual ~Sandbox() = default;  // stops

  virtual std::string api_url() const = 0;
  virtual std::string control_url() const = 0;
  /// Full rights on the first account, and the key to the control plane.
  virtual Secret token() const = 0;
  /// For the simulated SSH hosts; lives as long as the sandbox.
  virtual HostView& hosts() = 0;
  /// What `tier0 sandbox` prints on one line: {api, control, token, ssh: {vps: {address, port,
  /// host_key}}}, with the hosts announced so far.
  virtual Json ready_line() const = 0;
  /// Ends both servers; waits for the requests in flight. A second call does nothing.
  virtual void stop() = 0;
};

}  // namespace tier0::sandbox
