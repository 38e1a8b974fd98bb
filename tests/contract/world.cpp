#include "tests/contract/world.h"

#include <stdexcept>

#include "server/hosting/hostinger_client.h"
#include "server/net/http_client.h"
#include "server/sandbox/sandbox.h"
#include "tests/fakes/fake_hosting.h"

namespace tier0 {
namespace {

class FakeWorldSide final : public ContractWorld {
 public:
  FakeWorldSide() {
    const VpsId vps = hosting_.add_vps({.hostname = "web-1.example.net",
                                        .subscription = SubscriptionId{"Sim1"},
                                        .ipv4 = {{.id = {"52347"}, .address = "203.0.113.10"}}});
    hosting_.add_backup(vps, {.restore_time = std::chrono::minutes(30)});
    hosting_.add_backup(vps, {.restore_time = std::chrono::minutes(30)});
    hosting_.change([&](FakeWorld& world) {
      world.machines.at(vps).has_docker = false;
      world.machines.at(vps).attach_does_nothing = true;
      world.machines.at(vps).has_attached_keys_call = false;
      world.templates = {{.id = {"1077"}, .name = "Ubuntu 24.04"}};
      world.data_centers = {{.id = {"9"}, .name = "bos"}};
      world.catalog = {{.id = "com", .name = ".COM Domain", .category = "DOMAIN"},
                       {.id = "kvm", .name = "KVM 2", .category = "VPS"}};
      world.subscriptions = {{.id = {"Sim1"}, .name = "KVM 2", .status = "active"}};
      world.payment_methods = {{.id = {"7"}, .is_default = true}};
    });
    hosting_.set_actions_end(ActionsEnd::WhenTold);
  }

  HostingApi& api() override { return hosting_; }
  void settle() override { hosting_.finish_actions(); }
  void lose_answer(const std::string& method, const std::string&) override {
    hosting_.lose_answer_of(method);
  }

 private:
  FakeHosting hosting_;
};

class SandboxSide final : public ContractWorld {
 public:
  SandboxSide() : sandbox_(start()) {
    // Fault injection is for the control plane; the client sees a real provider.
    client_ = make_hostinger_client(
        {.url = [this](const Cancel&) { return BaseUrl::parse(sandbox_->api_url()); },
         .token = [this](const Cancel&) -> Result<Secret> { return sandbox_->token(); },
         .user_agent = "tier0/contract"},
        clock_);
  }

  HostingApi& api() override { return *client_; }
  void settle() override { control("/__sim/clock", R"({"settle":true})"); }
  void lose_answer(const std::string&, const std::string& path) override {
    control("/__sim/faults",
            R"({"kind":"drop","when":"after","times":1,"path":"**/)" + path + R"("})");
  }

 private:
  static std::unique_ptr<sandbox::Sandbox> start() {
    auto started = sandbox::Sandbox::start({.seed = 1, .time_scale = 1, .requests_per_minute = 0});
    if (!started) throw std::runtime_error(started.error().message);
    return *std::move(started);
  }

  void control(const std::string& path, const std::string& body) {
    HttpRequest request{.method = "POST", .url = sandbox_->control_url() + path, .body = body};
    request.headers = {{.name = "Content-Type", .value = "application/json"}};
    request.secret_headers.push_back(
        {.name = "Authorization", .prefix = "Bearer ", .value = sandbox_->token()});
    const HttpReply reply = http_.send(request, {});
    if (!reply.response || reply.response->status != 200)
      throw std::runtime_error("the control plane refused " + path);
  }

  const SystemClock clock_;
  std::unique_ptr<sandbox::Sandbox> sandbox_;
  HttpClient http_{{.user_agent = "tier0/contract"}, clock_};
  std::unique_ptr<HostingApi> client_;
};

}  // namespace

std::string to_string(Side side) {
  return side == Side::Fake ? "fake" : "sandbox";
}

VpsId ContractWorld::vps() {
  const auto all = api().list_vps({});
  if (!all || all->empty()) throw std::runtime_error("the world has no VPS");
  return all->front().id;
}

std::unique_ptr<ContractWorld> make_world(Side side) {
  if (side == Side::Fake) return std::make_unique<FakeWorldSide>();
  return std::make_unique<SandboxSide>();
}

}  // namespace tier0
