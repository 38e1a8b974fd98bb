#pragma once

#include "server/base/mutex.h"
#include "server/store/sqlite_connection.h"
#include "server/store/sqlite_store.h"

namespace tier0 {

/// The file as two connections, so that long lists do not hold up an append. Each is opened at the
/// first use; lock order is reader, writer.
class SqliteStore::Connections {
 public:
  Connections(std::filesystem::path file, Access access)
      : file_(std::move(file)), access_(access) {}

  Mutex writing;
  Mutex reading;

  Result<sqlite::Connection*> writer() REQUIRES(writing);
  Result<sqlite::Connection*> reader() REQUIRES(reading);

 private:
  const std::filesystem::path file_;
  const Access access_;
  std::unique_ptr<sqlite::Connection> writer_ GUARDED_BY(writing);
  std::unique_ptr<sqlite::Connection> reader_ GUARDED_BY(reading);
};

}  // namespace tier0
