#pragma once

#include <memory>
#include <string>

#include "server/mcp/call.h"
#include "server/mcp/listing.h"

namespace tier0::mcp {

/// Lists are asked for on connection threads and must answer at once from a snapshot; handlers run
/// on the executor and may block within the bounds of their Cancel, but never for a person. All
/// methods are called from several threads.
class Tools {
 public:
  virtual ~Tools() = default;
  virtual std::shared_ptr<const ToolList> list(const Caller& caller) = 0;
  /// Called for every name, also for those that are not in the caller's list: refusing (with
  /// unknown_tool) and recording that is the service's business. `arguments` is an object.
  virtual void call(std::shared_ptr<Call> call, std::string name, Json arguments) = 0;
};

class Prompts {
 public:
  virtual ~Prompts() = default;
  virtual std::shared_ptr<const Listing> list(const Caller& caller) = 0;
  /// `arguments` is an object of strings.
  virtual void get(std::shared_ptr<Call> call, std::string name, Json arguments) = 0;
};

class Resources {
 public:
  virtual ~Resources() = default;
  virtual std::shared_ptr<const Listing> list(const Caller& caller) = 0;
  virtual std::shared_ptr<const Listing> templates(const Caller& caller) = 0;
  virtual void read(std::shared_ptr<Call> call, std::string uri) = 0;
  /// Whether changes of single resources are told at all.
  virtual bool tells_changes() const { return true; }
  /// Whether the caller may learn that this resource changed.
  virtual bool may_watch(const Caller& caller, const std::string& uri) = 0;
};

class Completions {
 public:
  virtual ~Completions() = default;
  /// `ref` is {type: "ref/prompt", name} or {type: "ref/resource", uri}, `argument` {name, value},
  /// both checked; `context` an object of the arguments that are already known.
  virtual void complete(std::shared_ptr<Call> call, Json ref, Json argument, Json context) = 0;
};

struct ServerInfo {
  std::string name;
  std::string title;
  std::string version;  // never empty
};

/// What a server offers. The capabilities that clients are told follow from what is not null.
/// Outlives the Endpoint.
class Service {
 public:
  virtual ~Service() = default;
  virtual const ServerInfo& info() const = 0;
  virtual std::string instructions(const Caller& caller) = 0;
  virtual Tools* tools() { return nullptr; }
  virtual Prompts* prompts() { return nullptr; }
  virtual Resources* resources() { return nullptr; }
  virtual Completions* completions() { return nullptr; }
  /// Whether handlers log to clients at all.
  virtual bool logs() const { return false; }
  /// Extensions of the newest revision, by name, as they are announced.
  virtual Json extensions() const { return Json::object(); }
};

}  // namespace tier0::mcp
