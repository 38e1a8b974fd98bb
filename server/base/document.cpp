#include "server/base/document.h"

namespace tier0 {
namespace {

using Places = std::map<std::string, Position, std::less<>>;

std::string written(const std::string& file, const Position& position) {
  return file + ":" + std::to_string(position.line) + ":" + std::to_string(position.column);
}

}  // namespace

std::string Document::at(std::string_view pointer) const {
  for (;;) {
    if (const auto found = values.find(pointer); found != values.end())
      return written(file, found->second);
    if (pointer.empty()) return written(file, {});
    const auto slash = pointer.rfind('/');
    pointer = pointer.substr(0, slash == std::string_view::npos ? 0 : slash);
  }
}

std::string Document::at_key(std::string_view pointer) const {
  const auto found = keys.find(pointer);
  return found == keys.end() ? at(pointer) : written(file, found->second);
}

Error refuse(std::vector<Detail> faults) {
  const Detail& first = faults.front();
  std::string message = first.field + ": " + first.problem;
  if (faults.size() > 1) message += " (and " + std::to_string(faults.size() - 1) + " more)";
  return {.code = Code::Validation,
          .message = std::move(message),
          .hint = "Correct the configuration; the schemas in schemas/config say what it may hold.",
          .details = std::move(faults)};
}

}  // namespace tier0
