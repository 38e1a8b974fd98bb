#include "server/config/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace tier0::config {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostBytes = 1024 * 1024;

Error fault(const fs::path& file, const std::string& problem, std::string hint) {
  return {.code = Code::Validation,
          .message = file.string() + ": " + problem,
          .hint = std::move(hint),
          .details = {{file.string(), problem}}};
}

Error unreadable(const fs::path& file, int error) {
  return fault(file, "cannot be read: " + std::generic_category().message(error),
               "Make it readable for the user that runs tier0.");
}

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }

 private:
  const int value_;
};

}  // namespace

Result<std::string> read_file(const fs::path& file) {
  // Without O_NONBLOCK the open of a named pipe would wait for its writer.
  const Descriptor descriptor(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (descriptor.get() < 0) return unreadable(file, errno);
  struct stat status {};
  if (fstat(descriptor.get(), &status) != 0) return unreadable(file, errno);
  if (!S_ISREG(status.st_mode)) return fault(file, "is no plain file", "Put a file there.");
  if ((status.st_mode & S_IWOTH) != 0)
    return fault(file, "everyone may write it", "Run chmod o-w on it.");
  std::string text;
  std::array<char, 16384> buffer{};
  for (;;) {
    const ssize_t count = read(descriptor.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return unreadable(file, errno);
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > kMostBytes)
      return fault(file, "is larger than a megabyte", "Split it or make it smaller.");
  }
}

Result<std::vector<fs::path>> yaml_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  if (!fs::exists(folder, error)) return files;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const fs::path& path = entry->path();
    if (path.filename().string().starts_with('.')) continue;
    if (path.extension() == ".yml")
      return fault(path, "would be overlooked", "Rename it to end in .yaml.");
    if (path.extension() == ".yaml") files.push_back(path);
  }
  if (error) return unreadable(folder, error.value());
  std::ranges::sort(files);
  return files;
}

}  // namespace tier0::config
