#include "server/sandbox/sandbox.h"

#include <thread>

#include "server/base/files.h"
#include "server/sandbox/http_server.h"
#include "server/sandbox/simulation.h"

namespace tier0::sandbox {
namespace {

Result<Json> read_fixture(const std::string& path) {
  constexpr std::size_t kMostBytes = std::size_t{64} * 1024 * 1024;
  auto text = read_file(path, kMostBytes);
  if (!text)
    return Error{.code = Code::NotConfigured,
                 .message = "the fixture: " + text.error().message,
                 .hint = text.error().hint};
  auto fixture = parse_json(*text, {.bytes = kMostBytes});
  if (!fixture)
    return Error{.code = Code::NotConfigured,
                 .message = "the fixture " + path + " is " + fixture.error().message,
                 .hint = "The sandbox's README shows one."};
  return fixture;
}

Result<Seeding> seeding_of(const Options& options) {
  Seeding seeding{.seed = options.seed.value_or(1),
                  .time_scale = options.time_scale,
                  .requests_per_minute = options.requests_per_minute,
                  .deploy_public_key = {}};
  if (options.deploy_public_key) seeding.deploy_public_key = options.deploy_public_key();
  if (!(options.time_scale > 0))
    return Error{.code = Code::NotConfigured, .message = "the time scale must be above 0"};
  if (!options.fixture.empty()) {
    T0_TRY(seeding.fixture, read_fixture(options.fixture));
  }
  return seeding;
}

class RunningSandbox final : public Sandbox {
 public:
  explicit RunningSandbox(std::unique_ptr<Simulation> simulation)
      : simulation_(std::move(simulation)) {}
  RunningSandbox(const RunningSandbox&) = delete;
  RunningSandbox& operator=(const RunningSandbox&) = delete;
  ~RunningSandbox() override { stop(); }

  Result<Unit> open(const Options& options) {
    T0_TRY(api_, HttpServer::open(options.listen, [this](const Request& request) {
             return simulation_->call(request);
           }));
    T0_TRY(control_, HttpServer::open(options.control, [this, key = options.deploy_public_key](
                                                           const Request& request) {
             // It may have been rotated since, and a reset makes hosts that know it alone.
             if (key && request.method != "GET") simulation_->seed_with(key());
             return simulation_->control_call(request);
           }));
    life_ = std::jthread([this](const std::stop_token& stop) { simulation_->run(stop); });
    return Unit{};
  }

  std::string api_url() const override { return api_->url(); }
  std::string control_url() const override { return control_->url(); }
  Secret token() const override { return Secret(simulation_->full_token()); }
  HostView& hosts() override { return *simulation_; }

  Json ready_line() const override {
    return {{"api", api_url()},
            {"control", control_url()},
            {"token", simulation_->full_token()},
            {"ssh", simulation_->endpoints()}};
  }

  void stop() override {
    if (api_) api_->stop();
    if (control_) control_->stop();
    life_.request_stop();
    if (life_.joinable()) life_.join();
  }

 private:
  std::unique_ptr<Simulation> simulation_;
  std::unique_ptr<HttpServer> api_;
  std::unique_ptr<HttpServer> control_;
  std::jthread life_;
};

}  // namespace

Result<std::unique_ptr<Sandbox>> Sandbox::start(const Options& options) {
  static const SystemClock clock;
  T0_TRY(const Seeding seeding, seeding_of(options));
  const bool fresh = options.seed.has_value() || !options.fixture.empty();
  T0_TRY(auto simulation, Simulation::open(seeding, fresh, options.state_file, clock));
  auto sandbox = std::make_unique<RunningSandbox>(std::move(simulation));
  T0_CHECK(sandbox->open(options));
  return std::unique_ptr<Sandbox>(std::move(sandbox));
}

}  // namespace tier0::sandbox
