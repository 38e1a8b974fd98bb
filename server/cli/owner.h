#pragma once

#include <memory>
#include <stop_token>

#include "server/cli/engine.h"
#include "server/cli/signals.h"
#include "server/state/local_server.h"
#include "server/transport/http_server.h"

namespace tier0::cli {

/// What a `serve` holds once its process owns the state directory: the engine and the ways in
/// beside stdio.
class Owner {
 public:
  /// SIGINT and SIGTERM request `stop` from then on, SIGHUP and a changed file reload.
  static Result<std::unique_ptr<Owner>> open(const Serve& command, const Options& options,
                                             Setup setup, std::unique_ptr<StateDirectory> state,
                                             const std::stop_source& stop);
  ~Owner();  // closes
  Owner(const Owner&) = delete;
  Owner& operator=(const Owner&) = delete;

  Engine& engine() { return *engine_; }
  const std::shared_ptr<const Exposure>& exposure() const { return exposure_; }

  /// Ends what runs and gives the other processes to the next owner.
  void close();

 private:
  Owner() = default;

  std::unique_ptr<Engine> engine_;
  std::shared_ptr<const Exposure> exposure_;
  std::unique_ptr<LocalServer> local_;
  std::unique_ptr<transport::HttpServer> http_;
  std::unique_ptr<Signals> signals_;
};

}  // namespace tier0::cli
