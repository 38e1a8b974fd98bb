#pragma once

#include <functional>
#include <string>

#include "server/sandbox/host_files.h"
#include "server/sandbox/host_view.h"

namespace tier0::sandbox {

inline constexpr std::size_t kLargestFile = 16 * 1024 * 1024;

/// Changes of a simulated host's files by one user, each a whole one that the world keeps at once.
/// Kinds not_found, forbidden, conflict (it is there already), validation.
class HostStorage {
 public:
  HostStorage(HostView& view, std::string vps, std::string user)
      : view_(view), vps_(std::move(vps)), user_(std::move(user)) {}

  enum class IfThere { Keep, Refuse };
  /// An empty file, unless there is one. Returns its normal path.
  Result<std::string> create(std::string_view path, std::uint32_t mode, IfThere if_there);
  Result<Unit> write(const std::string& path, const std::string& bytes);
  Result<Unit> make_folder(std::string_view path, std::uint32_t mode);
  Result<Unit> set_mode(std::string_view path, std::uint32_t mode);
  Result<Unit> remove(std::string_view path, File::Kind kind);
  enum class Target { MayBeReplaced, MustNotExist };
  Result<Unit> rename(std::string_view from, std::string_view to, Target target);

 private:
  using Change = std::function<Result<Unit>(Disk& disk, const HostFiles& files)>;
  Result<Unit> change(const Change& change);

  HostView& view_;
  const std::string vps_;
  const std::string user_;
};

}  // namespace tier0::sandbox
