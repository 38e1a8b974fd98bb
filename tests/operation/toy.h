#pragma once

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include "server/operation/operations.h"

namespace tier0 {

/// The tool `toy-tool`: look, first, second, check. `first` and `second` write a line into
/// `args.file`, look for it and take it back ("-first"); the others only read. What a step does at
/// its first, second… run is said in `args.script`: {"first": ["again", "done"], "undo first":
/// ["failed"], "find second": ["unknown"]}; after the last word it is done. The words: done, again,
/// slow (a long wait), failed, unknown and throw (both after the effect), block (until the stop).
const Registry& toy_registry();
/// The same tools with version 2 of the runbook.
const Registry& newer_toy_registry();
/// A tool whose effect, `first`, can neither be looked up nor undone.
inline constexpr const char* kBlindTool = "blind-tool";
/// A tool whose effect, `first`, leaves nothing to take back.
inline constexpr const char* kTracelessTool = "traceless-tool";

/// The lines of the file: what was done to the world, in order.
std::vector<std::string> effects_in(const std::filesystem::path& file);

/// A world of fakes; can be told to be gone.
class ToyWorlds final : public StepWorlds {
 public:
  explicit ToyWorlds(const Clock& clock) : clock_(clock) {}

  void be_gone(bool gone) { is_gone_ = gone; }

  Result<Unit> enter(const OperationRow& operation, const Cancel& cancel, Progress& progress,
                     const std::function<void(ToolContext&)>& steps) override;

 private:
  const Clock& clock_;
  std::atomic<bool> is_gone_ = false;
};

}  // namespace tier0
