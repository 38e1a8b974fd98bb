#include "server/store/migrations.h"

#include <array>
#include <catch2/catch.hpp>

#include "server/store/sqlite_store.h"
#include "tests/fakes/temp_folder.h"

using namespace tier0;
using sqlite::Connection;
using sqlite::Migration;

namespace {

constexpr std::array kFirst = {Migration{"first", "CREATE TABLE a (x TEXT) STRICT"}};
constexpr std::array kBoth = {
    kFirst[0], Migration{"second", "ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 7"}};
constexpr std::array kBroken = {kFirst[0], Migration{"works", "CREATE TABLE b (x TEXT) STRICT"},
                                Migration{"fails", "CREATE TABLE c (x TEXT); NOT SQL"}};

std::unique_ptr<Connection> open(const std::filesystem::path& file) {
  auto connection = Connection::open(file, Connection::Mode::Write);
  REQUIRE(connection);
  return *std::move(connection);
}

std::int64_t number(Connection& connection, const std::string& sql) {
  auto query = connection.prepare(sql);
  REQUIRE(query);
  REQUIRE(*query->step());
  return query->number(0);
}

}  // namespace

TEST_CASE("migrating forward keeps the rows", "[store][migrations]") {
  const TempFolder folder;
  const auto connection = open(folder / "t.db");
  REQUIRE(sqlite::migrate(*connection, kFirst));
  REQUIRE(connection->execute("INSERT INTO a VALUES ('kept')"));

  REQUIRE(sqlite::migrate(*connection, kBoth));

  CHECK(number(*connection, "SELECT y FROM a WHERE x = 'kept'") == 7);
  CHECK(number(*connection, "SELECT max(version) FROM schema_version") == 2);
}

TEST_CASE("migrating twice changes nothing", "[store][migrations]") {
  const TempFolder folder;
  const auto connection = open(folder / "t.db");
  REQUIRE(sqlite::migrate(*connection, kBoth));

  CHECK(sqlite::migrate(*connection, kBoth));

  CHECK(number(*connection, "SELECT count(*) FROM schema_version") == 2);
}

TEST_CASE("a migration that fails leaves the schema of before", "[store][migrations]") {
  const TempFolder folder;
  const auto connection = open(folder / "t.db");
  REQUIRE(sqlite::migrate(*connection, kFirst));

  CHECK(!sqlite::migrate(*connection, kBroken));

  CHECK(number(*connection, "SELECT max(version) FROM schema_version") == 1);
  CHECK(number(*connection, "SELECT count(*) FROM sqlite_master WHERE name IN ('b', 'c')") == 0);
}

TEST_CASE("a store with a newer schema refuses to open and is left alone", "[store][migrations]") {
  const TempFolder folder;
  {
    SqliteStore store(folder / "t.db");
    REQUIRE(store.audit_writers());
    const auto connection = open(folder / "t.db");
    REQUIRE(connection->execute("INSERT INTO schema_version VALUES (999, 'later', 'then')"));
  }

  SqliteStore store(folder / "t.db");
  const auto appended = store.append_audit({});
  SqliteStore reader(folder / "t.db", SqliteStore::Access::ReadOnly);
  const auto read = reader.audit_writers();

  REQUIRE(!appended);
  CHECK(appended.error().code == Code::WrongState);
  CHECK(appended.error().message.find("newer tier0") != std::string::npos);
  REQUIRE(!read);
  CHECK(read.error().code == Code::WrongState);
  CHECK(number(*open(folder / "t.db"), "SELECT max(version) FROM schema_version") == 999);
}

TEST_CASE("a store of the first release gains plans and operations and keeps its audit",
          "[store][migrations]") {
  const TempFolder folder;
  {
    const auto connection = open(folder / "t.db");
    REQUIRE(sqlite::migrate(*connection, sqlite::migrations().first(1)));
    REQUIRE(
        connection->execute("INSERT INTO audit VALUES ('w', 1, 'start', 1, '', '', '', '', '', '', "
                            "'', '', '', '', 'h')"));
  }

  SqliteStore store(folder / "t.db");
  const auto before = SqliteStore(folder / "t.db", SqliteStore::Access::ReadOnly).audit_writers();
  const auto running = store.operations().running();

  REQUIRE(!before);
  CHECK(before.error().code == Code::WrongState);
  REQUIRE(running);
  CHECK(running->empty());
  CHECK((*store.last_audit_row("w"))->hash == "h");
}

TEST_CASE("a database of another program is refused", "[store][migrations]") {
  const TempFolder folder;
  REQUIRE(open(folder / "t.db")->execute("CREATE TABLE theirs (x TEXT)"));

  SqliteStore store(folder / "t.db");
  const auto appended = store.append_audit({});

  REQUIRE(!appended);
  CHECK(appended.error().code == Code::WrongState);
}

TEST_CASE("every table that holds customers' rows has a tenant column", "[store][migrations]") {
  const TempFolder folder;
  const auto connection = open(folder / "t.db");
  REQUIRE(sqlite::migrate(*connection, sqlite::migrations()));

  CHECK(number(*connection,
               "SELECT count(*) FROM sqlite_master m WHERE m.type = 'table'"
               " AND m.name NOT IN ('schema_version', 'nonces') AND m.name NOT LIKE 'sqlite_%'"
               " AND NOT EXISTS (SELECT 1 FROM pragma_table_info(m.name) WHERE name = 'tenant')") ==
        0);
}
