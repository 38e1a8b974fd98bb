#include "server/store/sqlite_store.h"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>

#include "server/store/sqlite_connection.h"
#include "tests/fakes/temp_folder.h"

using namespace tier0;

namespace {

std::atomic<int> syncs = 0;

AuditRow row(std::int64_t seq) {
  return {.writer = "w",
          .seq = seq,
          .event = "begin",
          .time = WallTime{std::chrono::milliseconds(1000 + seq)},
          .tenant = "acme",
          .call = "call-" + std::to_string(seq),
          .principal = "agent:a",
          .agent = "a",
          .transport = "stdio",
          .tool = "list-vps",
          .effect = "read",
          .kind = "",
          .details = R"({"k":"v"})",
          .prev = "p",
          .hash = "h" + std::to_string(seq)};
}

void append(Store& store, std::vector<AuditRow> rows) {
  REQUIRE(store.append_audit(rows));
}

mode_t mode_of(const std::filesystem::path& file) {
  struct stat info {};
  REQUIRE(::stat(file.c_str(), &info) == 0);
  return info.st_mode & 0777U;
}

HostKeyPin pin_of(const std::string& fingerprint) {
  return {.host = {"web-1"}, .fingerprint = fingerprint, .pinned_by = "person:ops"};
}

}  // namespace

// SQLite's own calls end here, so that a test can count what really reaches the disk.
extern "C" int fdatasync(int fd) {
  ++syncs;
  return static_cast<int>(::syscall(SYS_fdatasync, fd));
}
extern "C" int fsync(int fd) {
  ++syncs;
  return static_cast<int>(::syscall(SYS_fsync, fd));
}

TEST_CASE("a store opens nothing before the first question", "[store]") {
  const TempFolder folder;

  const SqliteStore store(folder / "t.db");

  CHECK(!std::filesystem::exists(folder / "t.db"));
}

TEST_CASE("a store's files are its owner's alone", "[store]") {
  const TempFolder folder;
  SqliteStore store(folder / "t.db");

  append(store, {row(1)});

  CHECK(mode_of(folder / "t.db") == 0600);
  CHECK(mode_of(folder / "t.db-wal") == 0600);
  CHECK(mode_of(folder / "t.db-shm") == 0600);
}

TEST_CASE("audit rows come back as they were after the store was closed", "[store]") {
  const TempFolder folder;
  {
    SqliteStore store(folder / "t.db");
    append(store, {row(1), row(2)});
  }

  SqliteStore store(folder / "t.db");
  const auto rows = store.audit_chain("w", 0, 10);

  REQUIRE(rows);
  REQUIRE(rows->size() == 2);
  const AuditRow& last = rows->back();
  CHECK(last.seq == 2);
  CHECK(last.time == row(2).time);
  CHECK(last.tenant == "acme");
  CHECK(last.call == "call-2");
  CHECK(last.details == R"({"k":"v"})");
  CHECK(last.hash == "h2");
}

TEST_CASE("an append is synced to the disk before it returns", "[store]") {
  const TempFolder folder;
  SqliteStore store(folder / "t.db");
  append(store, {row(1)});
  const int before = syncs;

  append(store, {row(2)});

  CHECK(syncs > before);
}

TEST_CASE("an append whose row exists already is a conflict and leaves nothing", "[store]") {
  const TempFolder folder;
  SqliteStore store(folder / "t.db");
  append(store, {row(1)});

  const auto again = store.append_audit(std::vector{row(2), row(1)});

  REQUIRE(!again);
  CHECK(again.error().code == Code::Conflict);
  const auto last = store.last_audit_row("w");
  REQUIRE(last);
  CHECK((*last)->seq == 1);
}

TEST_CASE("a chain is read in pages", "[store]") {
  const TempFolder folder;
  SqliteStore store(folder / "t.db");
  append(store, {row(1), row(2), row(3)});

  const auto page = store.audit_chain("w", 1, 1);

  REQUIRE(page);
  REQUIRE(page->size() == 1);
  CHECK(page->front().seq == 2);
}

TEST_CASE("a second process reads while the owner writes", "[store]") {
  const TempFolder folder;
  SqliteStore owner(folder / "t.db");
  append(owner, {row(1)});
  SqliteStore reader(folder / "t.db", SqliteStore::Access::ReadOnly);
  REQUIRE(reader.audit_writers());

  append(owner, {row(2)});

  const auto last = reader.last_audit_row("w");
  REQUIRE(last);
  CHECK((*last)->seq == 2);
}

TEST_CASE("a store opened for reading cannot write and makes no file", "[store]") {
  const TempFolder folder;
  SqliteStore reader(folder / "t.db", SqliteStore::Access::ReadOnly);

  CHECK(!reader.append_audit(std::vector{row(1)}));
  const auto writers = reader.audit_writers();

  REQUIRE(!writers);
  CHECK(writers.error().code == Code::NotFound);
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a host key is pinned and read back", "[store][host-keys]") {
  const TempFolder folder;
  SqliteStore store(folder / "t.db");

  REQUIRE(store.pin_host_key(pin_of("SHA256:one")));

  const auto pin = store.pinned_host_key({"web-1"});
  REQUIRE(pin);
  REQUIRE(pin->has_value());
  CHECK((*pin)->fingerprint == "SHA256:one");
  CHECK((*pin)->pinned_by == "person:ops");
  const auto other = store.pinned_host_key({"web-2"});
  REQUIRE(other);
  CHECK(!other->has_value());
}

TEST_CASE("a pinned host key is replaced only by whoever names it", "[store][host-keys]") {
  const TempFolder folder;
  SqliteStore store(folder / "t.db");
  REQUIRE(store.pin_host_key(pin_of("SHA256:one")));

  const auto blind = store.pin_host_key(pin_of("SHA256:two"));
  const auto knowing = store.pin_host_key(pin_of("SHA256:two"), "SHA256:one");

  REQUIRE(!blind);
  CHECK(blind.error().code == Code::Conflict);
  CHECK(knowing);
  CHECK((*store.pinned_host_key({"web-1"}))->fingerprint == "SHA256:two");
}

TEST_CASE("pinning the pinned host key again is fine", "[store][host-keys]") {
  const TempFolder folder;
  SqliteStore store(folder / "t.db");
  REQUIRE(store.pin_host_key(pin_of("SHA256:one")));

  CHECK(store.pin_host_key(pin_of("SHA256:one")));
}
