#pragma once

#include <span>

#include "server/store/sqlite_connection.h"

namespace tier0::sqlite {

/// One step forward. Steps are never changed or taken out after a release; version is its place in
/// the list, from 1.
struct Migration {
  const char* name;
  const char* sql;
};

std::span<const Migration> migrations();

/// Brings a database to the newest schema, all steps in one transaction. Kind wrong_state where it
/// is newer than `steps`, or is a database of something else.
Result<Unit> migrate(Connection& connection, std::span<const Migration> steps);

/// For readers: kind wrong_state where the schema is not exactly that of `steps`, not_found where
/// there is none yet.
Result<Unit> require_current(Connection& connection, std::span<const Migration> steps);

}  // namespace tier0::sqlite
