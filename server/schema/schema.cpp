#include "server/schema/schema.h"

#include <algorithm>
#include <mutex>
#include <optional>

#include "server/schema/checker.h"
#include "server/schema/faults.h"
#include "server/schema/prepare.h"
#include "server/schema/subset.h"

namespace tier0 {
namespace {

constexpr std::size_t kMostDetails = 20;
// Beyond it a value is not worth a list of its faults, which would be larger than the value.
constexpr std::size_t kMostExplained = 5000;

/// How many values there are, counted no further than `most`.
std::size_t count(const Json& value, std::size_t most) {
  std::size_t total = 1;
  if (value.is_structured())
    for (const Json& member : value)
      if (total < most) total += count(member, most - total);
  return total;
}

Error refusal(std::vector<Detail> faults) {
  const std::size_t count = faults.size();
  if (count > kMostDetails) faults.resize(kMostDetails);
  const Detail& first = faults.front();
  std::string message = (first.field.empty() ? "the value" : first.field) + " " + first.problem;
  if (count > 1) message += " (and " + std::to_string(count - 1) + " more)";
  return {.code = Code::Validation,
          .message = std::move(message),
          .hint = "Correct what details names and send it again.",
          .details = std::move(faults)};
}

}  // namespace

struct Schema::Compiled {
  explicit Compiled(Json schema) : definition(std::move(schema)) {}

  /// Made at the first check: most of what a server lists at its start is never called.
  const Checker& checker() const {
    std::call_once(once_, [this] { checker_.emplace(definition); });
    return *checker_;
  }

  const Json definition;

 private:
  mutable std::once_flag once_;
  mutable std::optional<Checker> checker_;
};

Schema::Schema() : compiled_(std::make_shared<Compiled>(Json::object())) {}

Result<Schema> Schema::compile(Json definition) {
  T0_CHECK(check_subset(definition));
  Schema schema;
  schema.compiled_ = std::make_shared<Compiled>(std::move(definition));
  return schema;
}

Result<Json> Schema::check(const Json& value) const {
  const Json& definition = compiled_->definition;
  if (definition.empty()) return value;
  Json prepared = value;
  prepare(prepared, definition);
  std::vector<Detail> faults;
  if (!compiled_->checker().accepts(prepared)) {
    if (count(prepared, kMostExplained) >= kMostExplained)
      return refusal({{"", "does not match its schema and is too large to say where"}});
    faults = shape_faults(compiled_->checker().faults(prepared), prepared, definition);
  }
  for (Detail& fault : format_faults(prepared, definition))
    if (std::ranges::find(faults, fault.field, &Detail::field) == faults.end())
      faults.push_back(std::move(fault));
  if (faults.empty()) return prepared;
  return refusal(std::move(faults));
}

Json Schema::project(const Json& value) const {
  return compiled_->definition.empty() ? value : tier0::project(value, compiled_->definition);
}

const Json& Schema::definition() const {
  return compiled_->definition;
}

}  // namespace tier0
