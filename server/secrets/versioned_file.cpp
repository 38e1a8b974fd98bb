#include "server/secrets/versioned_file.h"

#include <utility>

#include "server/base/files.h"

namespace tier0 {
namespace {

constexpr std::size_t kFileLimit = 4 * 1024 * 1024;
constexpr std::size_t kVersionsKept = 10;

Error damaged(const std::filesystem::path& file) {
  return {.code = Code::Internal,
          .message = file.filename().string() + " holds no secrets of ours",
          .hint = "Restore it, or delete the state directory to start anew."};
}

/// The newest version, or null.
const Json* newest(const Json& all, const std::string& name) {
  const Json* versions = find_member(all, name);
  return versions == nullptr || versions->empty() ? nullptr : &versions->back();
}

bool is_version(const Json& entry) {
  const Json* number = find_member(entry, "version");
  const Json* fields = find_member(entry, "fields");
  return number != nullptr && number->is_number_unsigned() && fields != nullptr &&
         fields->is_object();
}

bool is_whole(const Json& all) {
  if (!all.is_object()) return false;
  for (const Json& versions : all) {
    if (!versions.is_array()) return false;
    for (const Json& entry : versions)
      if (!is_version(entry)) return false;
  }
  return true;
}

std::uint64_t number_of(const Json* entry) {
  return entry == nullptr ? 0 : entry->at("version").get<std::uint64_t>();
}

}  // namespace

Result<SecretJson> VersionedFile::load() const {
  auto text = read_file(file_, kFileLimit);
  if (!text && text.error().code == Code::NotFound) return SecretJson(Json::object());
  if (!text) return text.error();
  auto all = SecretJson::parse(Secret(*std::move(text)));
  if (!all || !is_whole(all->reveal())) return damaged(file_);
  return all;
}

Result<SecretDocument> VersionedFile::read(const std::string& name, const Cancel& cancel) {
  T0_CHECK(cancel.check(clock_));
  const MutexLock lock(mutex_);
  T0_TRY(const SecretJson all, load());
  const Json* entry = newest(all.reveal(), name);
  SecretDocument document{.exists = entry != nullptr, .version = std::to_string(number_of(entry))};
  if (entry != nullptr) document.fields = SecretJson(entry->at("fields"));
  return document;
}

Result<Unit> VersionedFile::replace(const std::string& name, const SecretDocument& seen,
                                    const SecretJson& fields, const Cancel& cancel) {
  T0_CHECK(cancel.check(clock_));
  const MutexLock lock(mutex_);
  T0_TRY(const SecretJson all, load());
  const std::uint64_t current = number_of(newest(all.reveal(), name));
  if (std::to_string(current) != seen.version)
    return Error{.code = Code::Conflict, .message = name + " was changed by another writer"};
  SecretJson next(all.reveal());
  next.append(name,
              SecretJson(Json{{"version", current + 1},
                              {"created_at", format_time(clock_.wall())},
                              {"fields", fields.reveal()}}),
              kVersionsKept);
  return replace_file(file_, next.dump().reveal());
}

Result<KeyWriting> VersionedFile::writable(const std::string&, const Cancel&) {
  return KeyWriting{};
}

}  // namespace tier0
