// What a store does when its file is not as it left it.
#include <catch2/catch.hpp>
#include <fstream>

#include "server/store/sqlite_store.h"
#include "tests/fakes/temp_folder.h"

using namespace tier0;

namespace {

AuditRow row(std::int64_t seq) {
  return {.writer = "w",
          .seq = seq,
          .event = "begin",
          .tenant = {},
          .call = "call-" + std::to_string(seq),
          .principal = {},
          .agent = {},
          .transport = {},
          .tool = {},
          .effect = {},
          .kind = {},
          .details = std::string(2000, 'x'),
          .prev = {},
          .hash = {}};
}

void fill(const std::filesystem::path& file) {
  SqliteStore store(file);
  for (std::int64_t seq = 1; seq <= 20; ++seq) REQUIRE(store.append_audit(std::vector{row(seq)}));
}

void overwrite(const std::filesystem::path& file, std::streamoff at, const std::string& bytes) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(at);
  stream << bytes;
  REQUIRE(stream.good());
}

}  // namespace

TEST_CASE("a store's check passes on a whole file", "[store][damage]") {
  const TempFolder folder;
  fill(folder / "t.db");

  SqliteStore store(folder / "t.db", SqliteStore::Access::ReadOnly);

  CHECK(store.check());
}

TEST_CASE("a store whose head is overwritten says that it is damaged", "[store][damage]") {
  const TempFolder folder;
  fill(folder / "t.db");
  overwrite(folder / "t.db", 0, std::string(100, 'z'));

  SqliteStore store(folder / "t.db");
  const auto appended = store.append_audit(std::vector{row(21)});

  REQUIRE(!appended);
  CHECK(appended.error().code == Code::Internal);
  CHECK(appended.error().message.find("damaged") != std::string::npos);
  CHECK(!appended.error().hint.empty());
}

TEST_CASE("a store with a torn last page says so instead of reading on", "[store][damage]") {
  const TempFolder folder;
  fill(folder / "t.db");
  const auto size = std::filesystem::file_size(folder / "t.db");
  std::filesystem::resize_file(folder / "t.db", size - 2048);

  SqliteStore store(folder / "t.db", SqliteStore::Access::ReadOnly);

  CHECK(!store.check());
}

TEST_CASE("a store with a scrambled page fails its check", "[store][damage]") {
  const TempFolder folder;
  fill(folder / "t.db");
  const auto size = static_cast<std::streamoff>(std::filesystem::file_size(folder / "t.db"));
  overwrite(folder / "t.db", size - 4096, std::string(4096, '\xA5'));

  SqliteStore store(folder / "t.db", SqliteStore::Access::ReadOnly);

  CHECK(!store.check());
}

TEST_CASE("a torn write-ahead log loses its last transaction and no other", "[store][damage]") {
  const TempFolder folder;
  const TempFolder copy;
  SqliteStore store(folder / "t.db");
  for (std::int64_t seq = 1; seq <= 5; ++seq) REQUIRE(store.append_audit(std::vector{row(seq)}));
  // As a power cut leaves it: nobody closed the file.
  std::filesystem::copy_file(folder / "t.db", copy / "t.db");
  std::filesystem::copy_file(folder / "t.db-wal", copy / "t.db-wal");
  std::filesystem::resize_file(copy / "t.db-wal",
                               std::filesystem::file_size(copy / "t.db-wal") - 1000);

  SqliteStore survivor(copy / "t.db");
  const auto last = survivor.last_audit_row("w");

  REQUIRE(last);
  REQUIRE(last->has_value());
  CHECK((*last)->seq == 4);
  CHECK(survivor.append_audit(std::vector{row(5)}));
}
