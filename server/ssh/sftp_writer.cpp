#include "server/ssh/sftp_writer.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "server/base/text.h"
#include "server/crypto/crypto.h"
#include "server/ssh/sftp_client.h"
#include "server/ssh/socket.h"

namespace tier0::ssh {
namespace {

constexpr std::uint32_t kOthersMayWrite = 022;
constexpr std::uint32_t kPermissions = 07777;
constexpr std::uint32_t kPrivate = 0600;
constexpr std::size_t kMostNames = 10'000;
constexpr std::size_t kRandomBytes = 8;
/// Once the rename is asked for, only its answer tells what happened: worth more patience than a
/// caller who stops has.
constexpr auto kRenameAnswer = std::chrono::seconds(10);

bool is_hex_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/// What stands at a name now.
struct Present {
  bool is_there = false;
  std::uint32_t owner = 0;
  std::string sha256 = {};  // only where the caller expects one
};

/// One file, written over one channel.
class Writer {
 public:
  Writer(SftpClient& client, const FileWrite& file, std::string where, const Cancel& cancel)
      : client_(client), file_(file), where_(std::move(where)), cancel_(cancel) {}

  Result<Unit> write() {
    T0_CHECK(check_extensions());
    T0_CHECK(find_folder());
    T0_CHECK(check_present());
    T0_CHECK(remove_leftovers());
    fresh_ = folder_path(kept_prefix() + crypto::to_hex(crypto::random_bytes(kRandomBytes)));
    T0_TRY(const std::string handle,
           client_.open_file(
               fresh_, sftp::kForReading | sftp::kForWriting | sftp::kCreate | sftp::kExclusive,
               kPrivate, cancel_));
    auto done = fill(handle);
    if (done) done = put_in_place();
    // Gone between two of our steps: another writer takes what looks left behind.
    if (!done && done.error().code == Code::NotFound)
      done = moved("is being written by someone else");
    if (!done && !done.error().maybe_done && client_.usable())
      static_cast<void>(client_.remove(fresh_, cancel_));
    return done;
  }

 private:
  Result<Unit> check_extensions() const {
    for (const char* needed : {"posix-rename@openssh.com", "fsync@openssh.com"})
      if (!client_.offers(needed))
        return Error{.code = Code::NotConfigured,
                     .message = "the SFTP server of " + where_ + " has no " + needed +
                                ", so no file can be replaced safely there",
                     .hint = "add \"Subsystem sftp internal-sftp\" to sshd_config there"};
    return Unit{};
  }

  Result<Unit> find_folder() {
    auto real = client_.realpath(file_.directory, cancel_);
    if (!real) return about_folder(std::move(real).error());
    folder_ = *std::move(real);
    auto found = client_.lstat(folder_, cancel_);
    if (!found) return about_folder(std::move(found).error());
    if (found->type() != sftp::kFolder)
      return Error{.code = Code::NotFound,
                   .message = folder() + " is no folder",
                   .hint = "name a folder that exists"};
    owner_ = found->owner;
    return check_modes(*found);
  }

  /// As sshd's StrictModes: the folder, and those above it as far as our home, which a session of
  /// SFTP begins in.
  Result<Unit> check_modes(const SftpAttributes& folder_found) {
    T0_CHECK(check_mode(folder_, folder_found));
    T0_TRY(const std::string home, client_.realpath(".", cancel_));
    std::string above = folder_;
    while (above.starts_with(home + "/")) {
      above.erase(above.rfind('/'));
      T0_TRY(const SftpAttributes found, client_.lstat(above, cancel_));
      T0_CHECK(check_mode(above, found));
    }
    return Unit{};
  }

  Result<Unit> check_mode(const std::string& path, const SftpAttributes& found) const {
    if ((found.mode & kOthersMayWrite) == 0) return Unit{};
    return Error{.code = Code::Forbidden,
                 .message = clean_text(path, 300) + " on " + where_ + " can be written by others",
                 .hint = "take the right from group and others (chmod go-w), then try again"};
  }

  /// Refuses what is not to be replaced.
  Result<Unit> check_present() {
    T0_TRY(const Present present, look());
    if (present.is_there && present.owner != owner_)
      return Error{.code = Code::Forbidden,
                   .message = target() + " belongs to another user than its folder",
                   .hint = "replacing it would change its owner; look at it there"};
    const auto& expected = file_.expected_sha256;
    if (!expected || present.sha256 == *expected) return Unit{};
    return moved(present.is_there ? "has been changed meanwhile" : "has been removed meanwhile");
  }

  Result<Present> look() {
    const auto found = client_.lstat(target_path(), cancel_);
    if (!found && client_.usable() && client_.status() == sftp::kNoSuchFile) return Present{};
    if (!found) return found.error();
    if (found->type() != sftp::kRegular)
      return Error{.code = Code::Forbidden,
                   .message = target() + " is " + file_type_name(*found),
                   .hint = "only a regular file is replaced; look at it there"};
    Present present{.is_there = true, .owner = found->owner};
    const auto& expected = file_.expected_sha256;
    if (!expected) return present;
    if (expected->empty()) return moved("is there already");
    T0_TRY(const std::string handle,
           client_.open_file(target_path(), sftp::kForReading, 0, cancel_));
    T0_TRY(const std::string bytes, client_.read(handle, kLargestFileWrite + 1, cancel_));
    T0_CHECK(client_.close(handle, cancel_));
    if (bytes.size() > kLargestFileWrite) return moved("has grown too large to be compared");
    present.sha256 = crypto::sha256_hex(bytes);
    return present;
  }

  /// Removes what writes of this name left behind; another one under way then fails cleanly.
  Result<Unit> remove_leftovers() {
    T0_TRY(const auto names, client_.list(folder_, kMostNames, cancel_));
    const std::string prefix = kept_prefix();
    for (const std::string& name : names) {
      const bool ours = name.starts_with(prefix) &&
                        name.size() == prefix.size() + 2 * kRandomBytes &&
                        std::all_of(name.begin() + static_cast<std::ptrdiff_t>(prefix.size()),
                                    name.end(), is_hex_digit);
      if (!ours) continue;
      const auto removed = client_.remove(folder_path(name), cancel_);
      if (!removed && !client_.usable()) return removed.error();
    }
    return Unit{};
  }

  Result<Unit> fill(const std::string& handle) {
    T0_CHECK(client_.write(handle, file_.bytes, cancel_));
    T0_CHECK(client_.set_mode(handle, file_.mode, cancel_));
    T0_CHECK(client_.sync(handle, cancel_));
    T0_TRY(const SftpAttributes made, client_.fstat(handle, cancel_));
    T0_TRY(const std::string kept, client_.read(handle, file_.bytes.size() + 1, cancel_));
    T0_CHECK(client_.close(handle, cancel_));
    if (made.owner != owner_)
      return Error{.code = Code::Forbidden,
                   .message = folder() + " belongs to another user than ours",
                   .hint = "write it as the user that it belongs to"};
    if ((made.mode & kPermissions) != file_.mode || kept != file_.bytes)
      return Error{.code = Code::Upstream,
                   .message = where_ + " did not keep what was written for " + target(),
                   .hint = "look at the disk there"};
    return Unit{};
  }

  Result<Unit> put_in_place() {
    T0_CHECK(check_present());
    const Cancel patience = Cancel{.deadline = cancel_.deadline}.sooner(now() + kRenameAnswer);
    T0_CHECK(cancel_.check(SystemClock{}));
    // Where nothing may be there, the plain rename refuses in the same step.
    const bool must_be_new = file_.expected_sha256 && file_.expected_sha256->empty();
    auto renamed = must_be_new ? client_.rename(fresh_, target_path(), patience)
                               : client_.replace(fresh_, target_path(), patience);
    if (renamed) return Unit{};
    if (!client_.usable())
      return Error{.code = Code::TimeoutUnknown,
                   .message = "the answer of " + where_ + " was lost; " + target() +
                              " may have been replaced",
                   .hint = "read the file before writing it again",
                   .maybe_done = true};
    if (must_be_new) T0_CHECK(check_present());
    return renamed;
  }

  Error moved(const std::string& problem) const {
    return {.code = Code::Conflict,
            .message = target() + " " + problem,
            .hint = "read the file again, then decide again"};
  }

  Error about_folder(Error error) const {
    if (error.code == Code::NotFound) error.message = folder() + " does not exist";
    return error;
  }

  std::string kept_prefix() const { return "." + file_.name + ".tier0-"; }
  std::string folder_path(const std::string& name) const {
    return (folder_ == "/" ? "" : folder_) + "/" + name;
  }
  std::string target_path() const { return folder_path(file_.name); }
  std::string target() const { return clean_text(file_.name, 200) + " in " + folder(); }
  std::string folder() const {
    return clean_text(folder_.empty() ? file_.directory : folder_, 300) + " on " + where_;
  }

  SftpClient& client_;
  const FileWrite& file_;
  const std::string where_;
  const Cancel& cancel_;
  std::string folder_;       // its real path
  std::uint32_t owner_ = 0;  // of the folder
  std::string fresh_;        // the path of the new file
};

}  // namespace

Result<Unit> write_file(Session& session, const FileWrite& file, const Cancel& cancel) {
  const std::string what = clean_text(file.name, 200) + " in " + clean_text(file.directory, 300) +
                           " on " + session.where();
  T0_TRY(const auto client, SftpClient::open(session, what, cancel));
  auto done = Writer(*client, file, session.where(), cancel).write();
  if (client->usable()) client->leave(cancel);
  return done;
}

}  // namespace tier0::ssh
