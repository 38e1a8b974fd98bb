#pragma once

#include <memory>
#include <string>
#include <utility>

#include "server/mcp/endpoint.h"
#include "server/mcp/responder.h"

namespace tier0::mcp {

/// One message for a client: a frame, and what may happen to it if the client reads slowly.
struct Outgoing {
  std::string frame;
  Event::Keep keep = Event::Keep::Always;
  std::string key = {};
};

/// A lasting way to one client. Thread-safe; keeps the order of one caller's messages.
class Outlet {
 public:
  virtual ~Outlet() = default;
  virtual void send(Outgoing message) = 0;
};

/// Lines on a pipe.
class LineOutlet final : public Outlet {
 public:
  explicit LineOutlet(std::shared_ptr<LineSink> sink) : sink_(std::move(sink)) {}
  void send(Outgoing message) override {
    message.frame += '\n';
    sink_->send(
        {.bytes = std::move(message.frame), .keep = message.keep, .key = std::move(message.key)});
  }

 private:
  std::shared_ptr<LineSink> sink_;
};

}  // namespace tier0::mcp
