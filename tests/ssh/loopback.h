#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <thread>

namespace tier0::testing {

/// A listener on a free port of 127.0.0.1. Each connection goes to the handler, on the one thread
/// of the listener; the descriptor belongs to the handler.
class Loopback {
 public:
  using Handler = std::function<void(int connection, const std::stop_token& stop)>;

  explicit Loopback(Handler handler);
  ~Loopback();
  Loopback(const Loopback&) = delete;
  Loopback& operator=(const Loopback&) = delete;

  std::uint16_t port() const { return port_; }
  int accepted() const { return accepted_; }

 private:
  void accept_all(const std::stop_token& stop);

  Handler handler_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> accepted_ = 0;
  std::jthread thread_;
};

}  // namespace tier0::testing
