#include "server/cli/owner.h"

#include <iostream>
#include <utility>

#include "server/base/log.h"
#include "server/cli/http_door.h"
#include "server/cli/local_door.h"

namespace tier0::cli {
namespace {

constexpr std::chrono::seconds kGrace{5};

std::vector<std::filesystem::path> folders_of(const std::string& config_file) {
  if (config_file.empty()) return {};
  const std::filesystem::path folder = std::filesystem::absolute(config_file).parent_path();
  return {folder, folder / "agents", folder / "tenants"};
}

void print_tokens(const Engine& engine) {
  for (const auto& [agent, token] : engine.tokens().all())
    std::cerr << "token of " << agent << ": " << token << '\n';
}

}  // namespace

Result<std::unique_ptr<Owner>> Owner::open(const Serve& command, const Options& options,
                                           Setup setup, std::unique_ptr<StateDirectory> state,
                                           const std::stop_source& stop) {
  std::unique_ptr<Owner> owner(new Owner());
  T0_TRY(owner->engine_,
         Engine::start(options, std::move(setup), std::move(state), command.sandbox));
  Engine& engine = *owner->engine_;
  T0_TRY(owner->exposure_,
         engine.exposure(command.toolsets, command.read_only ? Access::ReadOnly : Access::Full));
  T0_TRY(owner->local_, open_local_door(engine));
  if (command.http) {
    T0_CHECK(engine.open_tokens());
    T0_TRY(owner->http_, open_http_door(engine, command.http_address, owner->exposure_));
    print_tokens(engine);
    std::cerr << "listening " << owner->http_->url() << std::endl;
  }
  const auto reload = [&engine] {
    if (auto reloaded = engine.reload(); !reloaded)
      log::error("the configuration was not reloaded, the old one stays",
                 {{"reason", reloaded.error().message}});
  };
  engine.resume_operations();
  T0_TRY(owner->signals_, Signals::watch(stop, reload, folders_of(engine.config_file())));
  return owner;
}

Owner::~Owner() {
  close();
}

void Owner::close() {
  if (!engine_) return;
  signals_.reset();
  // First, so that what the other processes ask for meanwhile is answered by the next owner instead
  // of being refused by one that leaves.
  local_.reset();
  engine_->shutdown();
  if (http_) http_->stop(kGrace);
}

}  // namespace tier0::cli
