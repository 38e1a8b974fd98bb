#include "server/store/sqlite_error.h"

#include <sqlite3.h>

#include <cerrno>

namespace tier0::sqlite {
namespace {

constexpr int primary(int code) {
  return code & 0xFF;
}

bool disk_is_full(sqlite3* handle, int code) {
  if (primary(code) == SQLITE_FULL) return true;
  const int system = handle != nullptr ? sqlite3_system_errno(handle) : 0;
  return primary(code) == SQLITE_IOERR && (system == ENOSPC || system == EDQUOT);
}

Error internal(std::string message, std::string hint) {
  return {.code = Code::Internal, .message = std::move(message), .hint = std::move(hint)};
}

}  // namespace

Error error_of(sqlite3* handle, int code) {
  if (disk_is_full(handle, code))
    return internal("the disk that holds the store is full",
                    "Free space where the state directory lies; nothing written so far is lost.");
  switch (primary(code)) {
    case SQLITE_CONSTRAINT:
      return {.code = Code::Conflict,
              .message = "the store already has such a row",
              .hint = "Read the state again; something else was quicker."};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return internal("the store's file is damaged",
                      "Stop the server, keep the file, and put back a copy; `tier0 audit verify` "
                      "then says how far it reaches.");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
      return internal("the store cannot be opened or written",
                      "Check the owner and mode of the state directory, and that its disk is not "
                      "mounted read-only.");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return internal("another process is holding the store",
                      "Find what has the database open (a backup, a shell) and let it finish.");
    case SQLITE_IOERR:
      return internal("the disk that holds the store failed", "See the system's log for the disk.");
    case SQLITE_NOMEM:
      return internal("there is no memory for the store", "Give the server more memory.");
    default:
      return internal("the store failed: " + std::string(sqlite3_errstr(code)),
                      "This is a fault of tier0; the server's log has more.");
  }
}

Error nothing_recorded() {
  return {.code = Code::NotFound,
          .message = "nothing was ever recorded in this state directory",
          .hint = "Check --state; the server makes the store at its first call."};
}

}  // namespace tier0::sqlite
