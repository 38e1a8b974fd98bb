#include "server/sandbox/state_file.h"

#include "server/base/files.h"

namespace tier0::sandbox {
namespace {

constexpr std::size_t kMostBytes = std::size_t{256} * 1024 * 1024;

}  // namespace

Result<std::optional<std::string>> StateFile::load() const {
  if (!enabled()) return std::optional<std::string>();
  auto text = read_file(path_, kMostBytes);
  if (text) return std::optional(*std::move(text));
  if (text.error().code == Code::NotFound) return std::optional<std::string>();
  return Error{.code = Code::NotConfigured,
               .message = "the sandbox's state: " + text.error().message,
               .hint = text.error().hint};
}

Result<Unit> StateFile::save(std::uint64_t revision, const std::string& text) {
  if (!enabled()) return Unit{};
  const MutexLock lock(mutex_);
  if (revision <= saved_) return Unit{};
  T0_CHECK(replace_file(path_, text));
  saved_ = revision;
  return Unit{};
}

}  // namespace tier0::sandbox
