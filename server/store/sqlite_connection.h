#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "server/base/clock.h"
#include "server/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace tier0::sqlite {

/// A prepared statement on loan from its connection. Bind from 1, read columns from 0. The
/// destructor gives it back; a failed bind shows at the next step.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  void bind(int index, std::string_view text);
  void bind(int index, std::int64_t number);
  void bind(int index, WallTime time) { bind(index, time.time_since_epoch().count()); }

  /// True while there is a row.
  Result<bool> step();
  /// For statements that give no rows.
  Result<Unit> run();

  bool is_null(int column) const;
  std::string text(int column) const;
  std::int64_t number(int column) const;
  WallTime time(int column) const { return WallTime{std::chrono::milliseconds(number(column))}; }

 private:
  sqlite3_stmt* handle_;
  int bind_error_ = 0;
};

/// One open database file. Not thread-safe.
class Connection {
 public:
  enum class Mode { Write, Read };

  /// Mode Write makes the file (0600) where there is none. Kind not_found in mode Read without a
  /// file.
  static Result<std::unique_ptr<Connection>> open(const std::filesystem::path& file, Mode mode);
  explicit Connection(sqlite3* handle) : handle_(handle) {}
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Prepared once for each text; a statement must not be asked for while it is on loan.
  Result<Statement> prepare(const std::string& sql);
  /// Any number of statements without parameters or rows.
  Result<Unit> execute(const char* sql);

 private:
  Result<Unit> configure(Mode mode);

  sqlite3* const handle_;
  std::map<std::string, sqlite3_stmt*, std::less<>> prepared_;
};

/// Takes the write lock at once; rolled back unless committed.
class Transaction {
 public:
  static Result<Transaction> begin(Connection& connection);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  Result<Unit> commit();

 private:
  explicit Transaction(Connection& connection) : connection_(&connection) {}

  Connection* connection_;
};

}  // namespace tier0::sqlite
