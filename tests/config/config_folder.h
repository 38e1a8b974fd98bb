#pragma once

#include <catch2/catch.hpp>
#include <fstream>
#include <string>
#include <vector>

#include "server/config/load.h"
#include "tests/fakes/temp_folder.h"
#include "tests/policy/catalogue.h"

namespace tier0::config {

using Lines = std::vector<std::string>;

inline constexpr const char* kReader =
    "agent: reader\n"
    "grants:\n"
    "  - tools: [\"*\"]\n"
    "    effects: {read: allow}\n";

/// A configuration folder that a test writes.
class Folder {
 public:
  explicit Folder(const std::string& main = "") { write("tier0.yaml", main); }

  Folder& write(const std::string& name, const std::string& text) {
    const auto file = temp_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
    return *this;
  }
  std::filesystem::path main() const { return temp_ / "tier0.yaml"; }
  std::filesystem::path operator/(const std::string& name) const { return temp_ / name; }

  Result<Loaded> load() const { return config::load(main()); }

  /// The policy of it, or the first error on the way.
  Result<std::shared_ptr<const Policy>> policy() const {
    T0_TRY(const Loaded loaded, load());
    return make_policy(loaded, catalogue());
  }

  /// An error's places and problems, without the folder: "agents/a.yaml:1:2 problem".
  template <class T>
  Lines faults(const Result<T>& result) const {
    Lines lines;
    if (result) return lines;
    const std::string root = temp_.path().string() + "/";
    for (const Detail& detail : result.error().details) {
      INFO(detail.field);
      REQUIRE(detail.field.starts_with(root));
      lines.push_back(detail.field.substr(root.size()) + " " + detail.problem);
    }
    return lines;
  }

 private:
  TempFolder temp_;
};

/// A text that is refused, and the one line that says why.
struct RefusedText {
  const char* text;
  const char* line;
};

}  // namespace tier0::config
