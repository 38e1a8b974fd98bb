#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/json.h"
#include "server/base/result.h"

namespace tier0::mcp {

/// Whether a list is the same for every caller. Public only if it is.
enum class CacheScope { Private, Public };

/// A list of tools, prompts, resources or templates, serialised once and then spliced into answers.
/// Immutable, so shared freely between threads.
class Listing {
 public:
  /// In the order given. Each item is an object.
  static std::shared_ptr<const Listing> build(const std::vector<Json>& items,
                                              CacheScope scope = CacheScope::Private);

  std::size_t size() const { return ends_.size(); }
  CacheScope scope() const { return scope_; }
  /// The serialised items from `first`, at most `count`, with commas between them.
  std::string_view slice(std::size_t first, std::size_t count) const;
  /// Digest of the content; a cursor is good for one version only.
  const std::string& version() const { return version_; }

 private:
  std::string bytes_;
  std::vector<std::size_t> ends_;
  std::string version_;
  CacheScope scope_ = CacheScope::Private;
};

/// An argument that a modern HTTP client repeats in the header `Mcp-Param-{name}`.
struct HeaderParam {
  enum class Type { String, Integer, Boolean };
  std::vector<std::string> path;  // property names from the root of the arguments
  std::string name;
  Type type;
};

/// The tools that one caller sees.
class ToolList {
 public:
  /// Kind internal, naming tool and fault, where a definition would be dropped or misread by
  /// clients: its name, an inputSchema or outputSchema whose root is no object, an `x-mcp-header`
  /// that breaks the rules.
  static Result<std::shared_ptr<const ToolList>> build(const std::vector<Json>& tools,
                                                       CacheScope scope = CacheScope::Private);

  const Listing& listing() const { return *listing_; }
  /// Empty for most tools, and for a name that is not in the list.
  const std::vector<HeaderParam>& header_params(std::string_view tool) const;

 private:
  std::shared_ptr<const Listing> listing_;
  std::map<std::string, std::vector<HeaderParam>, std::less<>> header_params_;
};

}  // namespace tier0::mcp
