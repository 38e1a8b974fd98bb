#include <array>

#include "server/store/operation_store.h"

namespace tier0 {
namespace {

struct StatusName {
  OperationStatus status;
  std::string_view name;
};

constexpr std::array kStatusNames = {
    StatusName{OperationStatus::Running, "running"},
    StatusName{OperationStatus::Done, "done"},
    StatusName{OperationStatus::Failed, "failed"},
    StatusName{OperationStatus::Partial, "partial"},
    StatusName{OperationStatus::Unknown, "unknown"},
    StatusName{OperationStatus::Abandoned, "abandoned"},
};

}  // namespace

std::string_view to_string(OperationStatus status) {
  for (const StatusName& entry : kStatusNames)
    if (entry.status == status) return entry.name;
  return "unknown";
}

Result<OperationStatus> parse_operation_status(std::string_view text) {
  for (const StatusName& entry : kStatusNames)
    if (entry.name == text) return entry.status;
  return Error{.code = Code::Validation,
               .message = "no status of an operation is called " + std::string(text),
               .hint = "running, done, failed, partial, unknown or abandoned."};
}

}  // namespace tier0
