#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "server/tool/registry.h"

namespace tier0 {

/// A descriptor that keeps every rule; tests change one thing in it.
inline Json sample_descriptor(std::string_view effect) {
  Json input = {{"type", "object"},
                {"properties",
                 {{"vps", {{"type", "string"}, {"format", "vps"}, {"description", "Which VPS."}}}}},
                {"required", {"vps"}},
                {"additionalProperties", false}};
  return {{"title", "A tool"},
          {"description", "Does something to one VPS."},
          {"effect", effect},
          {"idempotent", true},
          {"openWorld", true},
          {"backends", {"hostinger"}},
          {"toolsets", {"core", "vps"}},
          {"targets", {{{"dimension", "vps"}, {"argument", "vps"}}}},
          {"inputSchema", input},
          {"outputSchema",
           {{"type", "object"},
            {"properties", {{"vps", {{"type", "string"}, {"description", "Its id."}}}}},
            {"additionalProperties", false}}}};
}

/// Builds registries of tools that do nothing.
class SampleTools {
 public:
  SampleTools& add(std::string name, const Json& descriptor) {
    names_.push_back(std::move(name));
    texts_.push_back(descriptor.dump());
    ToolEntry entry{names_.back(), texts_.back(), {}};
    if (string_member(descriptor, "effect", "read") == "read")
      entry.handler = ReadFunction{read};
    else
      entry.handler = runbook;
    entries_.push_back(entry);
    return *this;
  }
  std::vector<ToolEntry>& entries() { return entries_; }
  Result<Registry> build() const { return Registry::build(entries_); }

 private:
  static Result<ToolOutput> read(ToolContext&, const Json&) { return ToolOutput{}; }
  static Runbook runbook() { return {}; }

  std::deque<std::string> names_;
  std::deque<std::string> texts_;
  std::vector<ToolEntry> entries_;
};

}  // namespace tier0
