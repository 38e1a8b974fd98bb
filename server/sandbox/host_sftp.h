#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "server/sandbox/host_sftp_wire.h"
#include "server/sandbox/host_storage.h"
#include "server/sandbox/host_view.h"

namespace tier0::sandbox {

/// The SFTP subsystem of a simulated host, version 3 with posix-rename and fsync, for one user:
/// bytes in, bytes out. What is written to a file counts from fsync or close on.
class SftpServer {
 public:
  SftpServer(HostView& view, const std::string& vps, const std::string& user)
      : view_(view), vps_(vps), user_(user), storage_(view, vps, user) {}

  /// Takes what the client sent and returns what to send it.
  std::string receive(std::string_view bytes);
  /// What the client sends is no SFTP: nothing more will be answered.
  bool broken() const { return broken_; }

 private:
  struct Open {
    std::string path = {};
    std::string bytes = {};
    bool for_reading = false;
    bool for_writing = false;
    bool appends = false;
    bool changed = false;
    std::vector<std::string> names = {};  // of a folder, not given out yet
    bool is_folder = false;
  };

  std::string answer(std::string_view body);
  std::string dispatch(std::uint8_t type, std::uint32_t id, SftpRequest& request);
  std::string open_file(std::uint32_t id, SftpRequest& request);
  std::string open_folder(std::uint32_t id, const std::string& path);
  std::string close(std::uint32_t id, const std::string& handle);
  std::string read(std::uint32_t id, SftpRequest& request);
  std::string write(std::uint32_t id, SftpRequest& request);
  std::string attributes(std::uint32_t id, const std::string& path, HostFiles::Links links);
  std::string open_attributes(std::uint32_t id, const std::string& handle);
  std::string set_attributes(std::uint32_t id, const std::string& path, SftpRequest& request);
  std::string next_names(std::uint32_t id, const std::string& handle);
  std::string link_target(std::uint32_t id, const std::string& path);
  std::string extended(std::uint32_t id, SftpRequest& request);
  std::string give_handle(std::uint32_t id, Open open);

  Open* find(const std::string& handle);
  Result<Unit> flush(Open& open);
  /// Calls `use` with the files as they are now; no_such_file where the host is gone.
  std::string with_files(std::uint32_t id,
                         const std::function<std::string(const HostFiles&)>& use) const;

  HostView& view_;
  const std::string vps_;
  const std::string user_;
  HostStorage storage_;
  std::string inbox_;
  std::map<std::string, Open> open_;
  std::uint32_t next_handle_ = 1;
  bool greeted_ = false;
  bool broken_ = false;
};

}  // namespace tier0::sandbox
