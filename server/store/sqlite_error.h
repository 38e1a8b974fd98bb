#pragma once

#include "server/base/result.h"

struct sqlite3;

namespace tier0::sqlite {

/// What SQLite's result code means to whoever runs the server; `handle` may be null.
Error error_of(sqlite3* handle, int code);

/// For readers of a store that no owner has made yet; kind not_found.
Error nothing_recorded();

}  // namespace tier0::sqlite
