#include "server/ssh/sftp_reader.h"

#include <algorithm>
#include <utility>

#include "server/base/text.h"
#include "server/ssh/sftp_client.h"

namespace tier0::ssh {
namespace {

constexpr std::size_t kLongestReadPath = 4096;

/// One file, read over one channel.
class Reader {
 public:
  Reader(SftpClient& client, const std::string& path, std::string what, const Cancel& cancel)
      : client_(client), path_(path), what_(std::move(what)), cancel_(cancel) {}

  Result<FileContent> read(std::size_t limit) {
    // Before opening it: opening a FIFO would hang the server's process.
    T0_TRY(const SftpAttributes named, client_.lstat(path_, cancel_));
    T0_CHECK(check(named));
    T0_TRY(const std::string handle, client_.open_file(path_, sftp::kForReading, 0, cancel_));
    T0_TRY(const SftpAttributes opened, client_.fstat(handle, cancel_));
    T0_CHECK(check(opened));
    FileContent content;
    T0_TRY(content.bytes, client_.read(handle, limit, cancel_));
    content.size = std::max<std::size_t>(opened.size, content.bytes.size());
    return content;
  }

 private:
  Result<Unit> check(const SftpAttributes& found) const {
    if (found.type() == sftp::kRegular) return Unit{};
    return Error{.code = Code::Forbidden,
                 .message = what_ + " is " + file_type_name(found),
                 .hint = "name a regular file; only those are read"};
  }

  SftpClient& client_;
  const std::string& path_;
  const std::string what_;
  const Cancel& cancel_;
};

}  // namespace

Result<FileContent> read_file(Session& session, const std::string& path, std::size_t limit,
                              const Cancel& cancel) {
  if (path.empty() || path.size() > kLongestReadPath || path.find('\0') != std::string::npos)
    return Error{.code = Code::Validation,
                 .message = "the path is empty, too long, or contains a NUL byte",
                 .hint = "give the absolute path of a file",
                 .details = {{.field = "path", .problem = "not a path"}}};
  const std::string what = clean_text(path, 300) + " on " + session.where();
  T0_TRY(const auto client, SftpClient::open(session, what, cancel));
  auto content = Reader(*client, path, what, cancel).read(limit);
  if (client->usable()) client->leave(cancel);
  return content;
}

}  // namespace tier0::ssh
