#pragma once

#include <string>

#include "server/sandbox/fixture.h"
#include "server/sandbox/provider.h"

namespace tier0::sandbox {

/// A seeded world without HTTP or clock: calls go in, answers come out, time moves when told to.
class TestStage {
 public:
  explicit TestStage(const Seeding& seeding = {.time_scale = 1, .requests_per_minute = 0});

  struct Reply {
    int status;
    Json body;
    Answer answer;
  };
  Reply get(const std::string& path, std::map<std::string, std::string> query = {});
  Reply send(const std::string& method, const std::string& path, const Json& body = Json::object());
  Reply as(const std::string& token_id, const std::string& method, const std::string& path);
  Reply raw(Request request);

  /// Lets provider time pass.
  void pass(double seconds);
  /// Lets it pass until no action runs and every machine that is on answers SSH.
  void settle();

  World& world() { return world_; }
  Account& account() { return *find_account(world_, "main"); }
  Vm& vm() { return account().vms.front(); }
  /// The seeded VM's path.
  std::string vm_path() { return "/api/vps/v1/virtual-machines/" + std::to_string(vm().id); }
  Millis now() const { return now_; }
  void quirk(std::string_view name, const Json& value);
  void fault(const Json& fault);
  /// A firewall with these ports open to anyone; its id.
  Id firewall(std::initializer_list<std::string_view> ports);

 private:
  Millis now_ = 1'795'000'000'000;
  World world_;
  RateLimits limits_;
};

}  // namespace tier0::sandbox
