#include "server/cli/operation_desk.h"

#include "server/cli/approval_desk.h"
#include "server/state/hello.h"

namespace tier0::cli {
namespace {

constexpr std::string_view kResume = "operations-resume";
constexpr std::string_view kAbandon = "operations-abandon";

Result<Unit> decide(Operations& operations, const Principal& person, const Json& request) {
  const std::string id = string_member(request, "operation");
  if (string_member(request, "op") == kResume) return operations.resume(id, person.name());
  return operations.abandon(id, person.name());
}

}  // namespace

bool is_for_operation_desk(const Json& request) {
  const std::string op = string_member(request, "op");
  return op == kResume || op == kAbandon;
}

Json answer_about_operations(Operations& operations, const Policy& policy, uid_t user,
                             const Json& request) {
  const auto person = person_at_desk(policy, user);
  if (!person) return to_json(person.error());
  const auto decided = decide(operations, *person, request);
  if (!decided) return to_json(decided.error());
  return {{"ok", true}};
}

}  // namespace tier0::cli
