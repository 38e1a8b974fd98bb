#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "server/backend/hosting_api.h"

namespace tier0 {

enum class Side { Fake, Sandbox };
std::string to_string(Side side);

/// The same account twice: in FakeHosting, and in the sandbox behind the real client. It holds one
/// running VM without firewall, snapshot and Docker Manager, with two backups. What a test sees on
/// one side it must see on the other, or tools are tested against something that is not so.
class ContractWorld {
 public:
  virtual ~ContractWorld() = default;

  virtual HostingApi& api() = 0;
  /// Lets every action that runs come to its end.
  virtual void settle() = 0;
  /// The next call of this write happens, but its answer is lost. `path` ends its request.
  virtual void lose_answer(const std::string& method, const std::string& path) = 0;

  VpsId vps();
};

std::unique_ptr<ContractWorld> make_world(Side side);

}  // namespace tier0

/// Runs the rest of the test case once on each side.
#define T0_ON_BOTH_SIDES()                                       \
  const Side side = GENERATE(Side::Fake, Side::Sandbox);         \
  INFO(to_string(side));                                         \
  const std::unique_ptr<ContractWorld> world = make_world(side); \
  HostingApi& api = world->api();                                \
  const VpsId vps = world->vps()
