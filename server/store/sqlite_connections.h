#pragma once

#include "server/base/mutex.h"
#include "server/store/sqlite_connection.h"
#include "server/store/sqlite_store.h"

namespace tier0::sqlite {

/// The file as two connections, so that long lists do not hold up an append. Each is opened at the
/// first use; lock order is reader, writer.
class Connections {
 public:
  Connections(std::filesystem::path file, SqliteStore::Access access)
      : file_(std::move(file)), access_(access) {}

  Mutex writing;
  Mutex reading;

  Result<Connection*> writer() REQUIRES(writing);
  Result<Connection*> reader() REQUIRES(reading);

 private:
  const std::filesystem::path file_;
  const SqliteStore::Access access_;
  std::unique_ptr<Connection> writer_ GUARDED_BY(writing);
  std::unique_ptr<Connection> reader_ GUARDED_BY(reading);
};

}  // namespace tier0::sqlite
