#include "server/ssh/resolver.h"

#include <netinet/in.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <future>

#include "server/ssh/socket.h"

namespace tier0::ssh {
namespace {

using namespace std::chrono_literals;

/// A name server that answers when told to.
class SlowNames {
 public:
  Resolver::LookUp look_up() {
    return [this](const std::string&, std::uint16_t) {
      released_.wait();
      return std::vector<Endpoint>{};
    };
  }
  void release() { release_.set_value(); }

 private:
  std::promise<void> release_;
  std::shared_future<void> released_ = release_.get_future().share();
};

}  // namespace

TEST_CASE("resolve takes IPv4 and IPv6 addresses without asking anybody", "[ssh][resolver]") {
  Resolver resolver([](const std::string&, std::uint16_t) -> std::vector<Endpoint> {
    throw std::logic_error("asked");
  });

  const auto v4 = resolver.resolve("203.0.113.10", 22, Cancel{});
  const auto v6 = resolver.resolve("2001:db8::1", 22, Cancel{});

  REQUIRE(v4);
  CHECK(v4->at(0).address.ss_family == AF_INET);
  REQUIRE(v6);
  CHECK(v6->at(0).address.ss_family == AF_INET6);
}

TEST_CASE("resolve of an unknown name is ssh_unreachable", "[ssh][resolver]") {
  Resolver resolver([](const std::string&, std::uint16_t) { return std::vector<Endpoint>{}; });

  const auto found = resolver.resolve("nobody.example", 22, Cancel{});

  REQUIRE_FALSE(found);
  CHECK(found.error().code == Code::SshUnreachable);
}

TEST_CASE("resolve leaves a slow name server at the deadline and at a stop", "[ssh][resolver]") {
  SlowNames names;
  Resolver resolver(names.look_up());
  std::stop_source stop;

  const auto late = resolver.resolve("slow.example", 22, {.deadline = now() + 50ms});
  auto call = std::async(std::launch::async, [&] {
    return resolver.resolve("slow.example", 22, {.stop = stop.get_token()});
  });
  stop.request_stop();
  const auto stopped = call.get();

  names.release();
  CHECK(late.error().code == Code::Timeout);
  CHECK(stopped.error().code == Code::Cancelled);
}

TEST_CASE("resolve refuses to pile up look-ups", "[ssh][resolver]") {
  SlowNames names;
  Resolver resolver(names.look_up());
  for (int count = 0; count < 8; ++count)
    CHECK_FALSE(resolver.resolve("slow.example", 22, {.deadline = now()}));

  const auto found = resolver.resolve("slow.example", 22, {.deadline = now() + 10s});

  names.release();
  REQUIRE_FALSE(found);
  CHECK(found.error().code == Code::Overloaded);
}

}  // namespace tier0::ssh
