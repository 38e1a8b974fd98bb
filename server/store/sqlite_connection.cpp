#include "server/store/sqlite_connection.h"

#include <fcntl.h>
#include <sqlite3.h>

#include <cerrno>

#include "server/base/fd.h"
#include "server/store/sqlite_error.h"

namespace tier0::sqlite {
namespace {

constexpr int kBusyMilliseconds = 2000;

/// SQLite would make the file as the umask says; its journal and index files copy the mode of this
/// one.
Result<Unit> make_private(const std::filesystem::path& file) {
  const OwnedFd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (fd) return Unit{};
  return error_of(nullptr, errno == ENOSPC ? SQLITE_FULL : SQLITE_CANTOPEN);
}

/// A database that nobody has open and that lies where nothing can be written (a copy on read-only
/// media) needs SQLite's promise that it does not change. Only without a journal: that would be
/// ignored, and rows with it.
std::string immutable_uri(const std::filesystem::path& file) {
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    constexpr std::string_view kReserved = "%?# ";
    if (kReserved.find(c) == std::string_view::npos) {
      uri += c;
      continue;
    }
    constexpr std::string_view kHex = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    uri += {'%', kHex[byte >> 4U], kHex[byte & 0xFU]};
  }
  return uri + "?immutable=1";
}

bool has_journal(const std::filesystem::path& file) {
  std::filesystem::path journal = file;
  journal += "-wal";
  std::error_code ignored;
  return std::filesystem::exists(journal, ignored);
}

Result<sqlite3*> open_handle(const std::string& name, int flags) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code == SQLITE_OK) return handle;
  Error error = error_of(handle, code);
  sqlite3_close_v2(handle);
  return error;
}

}  // namespace

Statement::Statement(Statement&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), bind_error_(other.bind_error_) {}

Statement::~Statement() {
  if (handle_ == nullptr) return;
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
}

void Statement::bind(int index, std::string_view text) {
  const int code =
      sqlite3_bind_text64(handle_, index, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  if (code != SQLITE_OK) bind_error_ = code;
}

void Statement::bind(int index, std::int64_t number) {
  const int code = sqlite3_bind_int64(handle_, index, number);
  if (code != SQLITE_OK) bind_error_ = code;
}

Result<bool> Statement::step() {
  sqlite3* const handle = sqlite3_db_handle(handle_);
  if (bind_error_ != SQLITE_OK) return error_of(handle, bind_error_);
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return error_of(handle, code);
}

Result<Unit> Statement::run() {
  T0_CHECK(step());
  return Unit{};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

std::string Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  const int length = sqlite3_column_bytes(handle_, column);
  return bytes == nullptr ? std::string() : std::string(bytes, static_cast<std::size_t>(length));
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(handle_, column);
}

Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path& file, Mode mode) {
  std::error_code ignored;
  if (mode == Mode::Read && !std::filesystem::exists(file, ignored)) return nothing_recorded();
  if (mode == Mode::Write) T0_CHECK(make_private(file));
  const int flags = mode == Mode::Write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  T0_TRY(sqlite3 * handle, open_handle(file.string(), flags));
  auto connection = std::make_unique<Connection>(handle);
  Result<Unit> configured = connection->configure(mode);
  if (!configured && mode == Mode::Read && !has_journal(file)) {
    T0_TRY(sqlite3 * fixed, open_handle(immutable_uri(file), flags | SQLITE_OPEN_URI));
    connection = std::make_unique<Connection>(fixed);
    configured = connection->configure(mode);
  }
  if (!configured) return std::move(configured).error();
  return connection;
}

Result<Unit> Connection::configure(Mode mode) {
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, kBusyMilliseconds);
  // synchronous=FULL: in WAL mode the default of NORMAL does not sync at a commit.
  T0_CHECK(
      execute("PRAGMA cache_size=-512; PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF;"
              "PRAGMA cell_size_check=ON; PRAGMA synchronous=FULL;"));
  if (mode == Mode::Write)
    return execute("PRAGMA journal_mode=WAL; PRAGMA journal_size_limit=4194304;");
  return execute("PRAGMA query_only=ON; SELECT count(*) FROM sqlite_master;");
}

Connection::~Connection() {
  for (const auto& [sql, statement] : prepared_) sqlite3_finalize(statement);
  sqlite3_close_v2(handle_);
}

Result<Statement> Connection::prepare(const std::string& sql) {
  const auto found = prepared_.find(sql);
  if (found != prepared_.end()) return Statement(found->second);
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return error_of(handle_, code);
  prepared_.emplace(sql, statement);
  return Statement(statement);
}

Result<Unit> Connection::execute(const char* sql) {
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error_of(handle_, code);
  return Unit{};
}

Result<Transaction> Transaction::begin(Connection& connection) {
  T0_CHECK(connection.execute("BEGIN IMMEDIATE"));
  return Transaction(connection);
}

Transaction::Transaction(Transaction&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)) {}

Transaction::~Transaction() {
  // After a full disk SQLite has already rolled back by itself, and says so; nothing to do then.
  if (connection_ != nullptr) (void)connection_->execute("ROLLBACK");
}

Result<Unit> Transaction::commit() {
  T0_CHECK(connection_->execute("COMMIT"));
  connection_ = nullptr;
  return Unit{};
}

}  // namespace tier0::sqlite
