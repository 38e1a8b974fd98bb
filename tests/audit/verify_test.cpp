#include "server/audit/verify.h"

#include <fstream>

#include "server/audit/audit_rows.h"
#include "server/base/files.h"
#include "server/store/sqlite_connection.h"
#include "tests/audit/fixture.h"

using namespace tier0;

namespace {

/// What someone with a shell and the sqlite3 program can do.
void tamper(const AuditFixture& audit, const std::string& sql) {
  auto connection = sqlite::Connection::open(audit.database(), sqlite::Connection::Mode::Write);
  REQUIRE(connection);
  REQUIRE((*connection)->execute(sql.c_str()));
}

/// The table as it was, but without the rule that numbers are unique.
constexpr const char* kWithoutUnique =
    "CREATE TABLE copy AS SELECT * FROM audit; DROP TABLE audit; ALTER TABLE copy RENAME TO audit;";

}  // namespace

TEST_CASE("an untouched audit is whole", "[audit][verify]") {
  AuditFixture audit;
  audit.run(3);

  const AuditVerdict verdict = audit.verify();

  CHECK(!verdict.fault);
  CHECK(verdict.rows == 8);  // start, 3 x begin and finish, stop
  REQUIRE(verdict.heads.size() == 1);
  CHECK(verdict.heads[0].count == 8);
}

TEST_CASE("one chain goes on over all processes", "[audit][verify]") {
  AuditFixture audit;
  audit.run(1);
  audit.run(1, "later-");

  const AuditVerdict verdict = audit.verify();

  CHECK(!verdict.fault);
  CHECK(verdict.heads.size() == 1);
  CHECK(verdict.rows == 8);
}

TEST_CASE("a change to any column is found at its row", "[audit][verify]") {
  AuditFixture audit;
  audit.run(2);
  const std::string column = GENERATE("event", "tenant", "call", "principal", "agent", "transport",
                                      "tool", "effect", "kind", "details", "prev", "hash", "time");
  INFO("column " << column);
  tamper(audit, "UPDATE audit SET " + column +
                    (column == "time" ? " = time + 1" : " = " + column + " || 'x'") +
                    " WHERE seq = 3");

  const AuditVerdict verdict = audit.verify();

  REQUIRE(verdict.fault);
  CHECK(verdict.fault->seq == 3);
}

TEST_CASE("a changed row whose hash was made anew is found at the next", "[audit][verify]") {
  AuditFixture audit;
  audit.run(2);
  AuditRow row = audit.rows().at(2);
  row.agent = "somebody-else";
  tamper(audit,
         "UPDATE audit SET agent = 'somebody-else', hash = '" + hash_of(row) + "' WHERE seq = 3");

  const AuditVerdict verdict = audit.verify();

  REQUIRE(verdict.fault);
  CHECK(verdict.fault->seq == 4);
}

TEST_CASE("a deleted row is found", "[audit][verify]") {
  AuditFixture audit;
  audit.run(2);
  const int seq = GENERATE(1, 3);
  tamper(audit, "DELETE FROM audit WHERE seq = " + std::to_string(seq));

  const AuditVerdict verdict = audit.verify();

  REQUIRE(verdict.fault);
  CHECK(verdict.fault->seq == seq);
  CHECK(verdict.fault->why.find("missing") != std::string::npos);
}

TEST_CASE("a cut tail is found", "[audit][verify]") {
  AuditFixture audit;
  audit.run(2);
  tamper(audit, "DELETE FROM audit WHERE seq > 4");

  const AuditVerdict verdict = audit.verify();

  REQUIRE(verdict.fault);
  CHECK(verdict.fault->seq == 5);
  CHECK(verdict.fault->why.find("tail is cut") != std::string::npos);
}

TEST_CASE("a cut tail is still found after the server has run again", "[audit][verify]") {
  AuditFixture audit;
  audit.run(2);
  tamper(audit, "DELETE FROM audit WHERE seq > 4");

  audit.run(2, "later-");

  const AuditVerdict verdict = audit.verify();
  REQUIRE(verdict.fault);
  CHECK(verdict.fault->why.find("tail is cut") != std::string::npos);
}

TEST_CASE("swapped rows are found", "[audit][verify]") {
  AuditFixture audit;
  audit.run(2);
  tamper(audit,
         "UPDATE audit SET seq = 100 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 4;"
         "UPDATE audit SET seq = 4 WHERE seq = 100;");

  const AuditVerdict verdict = audit.verify();

  REQUIRE(verdict.fault);
  CHECK(verdict.fault->seq == 3);
}

TEST_CASE("a second row of one number is found as a fork", "[audit][verify]") {
  AuditFixture audit;
  audit.run(2);
  tamper(audit, kWithoutUnique);
  tamper(audit, "INSERT INTO audit SELECT * FROM audit WHERE seq = 4;");

  const AuditVerdict verdict = audit.verify();

  REQUIRE(verdict.fault);
  CHECK(verdict.fault->seq == 4);
  CHECK(verdict.fault->why.find("forked") != std::string::npos);
}

TEST_CASE("a fork is found where two pages of a long chain meet", "[audit][verify]") {
  AuditFixture audit;
  audit.run(600, "call-", "read");
  tamper(audit, kWithoutUnique);
  tamper(audit, "INSERT INTO audit SELECT * FROM audit WHERE seq BETWEEN 495 AND 505;");

  const AuditVerdict verdict = audit.verify();

  REQUIRE(verdict.fault);
  CHECK(verdict.fault->seq == 495);
}

TEST_CASE("a chain that was written anew does not meet its head", "[audit][verify]") {
  AuditFixture audit;
  audit.run(1);
  std::vector<AuditRow> rows = audit.rows();
  std::string prev;
  std::string sql = "DELETE FROM audit;";
  for (AuditRow& row : rows) {
    row.agent = "somebody-else";
    row.prev = prev;
    row.hash = prev = hash_of(row);
  }
  tamper(audit, sql);
  {
    SqliteStore store(audit.database());
    REQUIRE(store.append_audit(rows));
  }

  const AuditVerdict verdict = audit.verify();

  REQUIRE(verdict.fault);
  CHECK(verdict.fault->why.find("head file") != std::string::npos);
}

TEST_CASE("an audit without its head file proves nothing", "[audit][verify]") {
  AuditFixture audit;
  audit.run(1);
  std::filesystem::remove(audit.heads());

  CHECK(audit.verify().fault);
  audit.run(1, "later-");
  CHECK(audit.verify().fault);
}

TEST_CASE("a head file that makes no sense is a fault and is put aside", "[audit][verify]") {
  AuditFixture audit;
  audit.run(1);
  REQUIRE(replace_file(audit.heads(), "{\"chains\": [{\"writer\": 7}]}"));

  CHECK(audit.verify().fault);
  audit.run(1, "later-");
  CHECK(audit.verify().fault);
}

TEST_CASE("a database put away whole is missed", "[audit][verify]") {
  AuditFixture audit;
  audit.run(1);
  std::filesystem::remove(audit.database());
  audit.run(1, "later-");

  const AuditVerdict verdict = audit.verify();

  REQUIRE(verdict.fault);
  CHECK(verdict.fault->why.find("from 1 on they are missing") != std::string::npos);
}

TEST_CASE("a state directory put back as a whole is found by a head kept outside",
          "[audit][verify]") {
  AuditFixture audit;
  audit.run(1);
  const TempFolder copy;
  std::filesystem::copy_file(audit.database(), copy / "db");
  std::filesystem::copy_file(audit.heads(), copy / "heads");
  audit.run(1, "later-");
  const std::vector<ChainHead> kept = audit.verify().heads;
  const auto over = std::filesystem::copy_options::overwrite_existing;
  std::filesystem::copy_file(copy / "db", audit.database(), over);
  std::filesystem::copy_file(copy / "heads", audit.heads(), over);

  CHECK(!audit.verify().fault);
  CHECK(audit.verify(kept).fault);
}

TEST_CASE("rows beyond an older head file are no fault and the chain goes on", "[audit][verify]") {
  AuditFixture audit;
  audit.run(1);
  const auto older = read_file(audit.heads(), 10'000);
  REQUIRE(older);
  audit.run(1, "later-");
  // As a kill between commit and head file leaves it.
  REQUIRE(replace_file(audit.heads(), *older));

  audit.run(1, "last-");

  const AuditVerdict verdict = audit.verify();
  CHECK(!verdict.fault);
  CHECK(verdict.heads.size() == 1);
  CHECK(verdict.rows == 12);
}

TEST_CASE("verifying while the server writes raises no alarm", "[audit][verify]") {
  AuditFixture audit;
  audit.run(1);
  SqliteStore store(audit.database());
  StoreAuditLog log(store, audit.heads(), audit.clock);
  std::jthread writer([&log](const std::stop_token& stop) {
    for (int i = 0; !stop.stop_requested(); ++i) (void)log.begin(entry_of(std::to_string(i)));
  });

  for (int i = 0; i < 10; ++i) {
    const AuditVerdict verdict = audit.verify();
    INFO((verdict.fault ? verdict.fault->why : ""));
    CHECK(!verdict.fault);
  }
}

TEST_CASE("verifying stops when cancelled", "[audit][verify][cancel]") {
  AuditFixture audit;
  audit.run(1);
  std::stop_source stopped;
  stopped.request_stop();
  SqliteStore store(audit.database(), SqliteStore::Access::ReadOnly);

  const auto verdict =
      verify_audit(store, audit.heads(), {}, audit.clock, {.stop = stopped.get_token()});

  REQUIRE(!verdict);
  CHECK(verdict.error().code == Code::Cancelled);
}

TEST_CASE("a row's hash is the one that its description gives", "[audit][verify]") {
  const AuditRow row{.writer = "w",
                     .seq = 2,
                     .event = "begin",
                     .time = WallTime(std::chrono::milliseconds(1'795'000'000'000)),
                     .tenant = "",
                     .call = "c",
                     .principal = "agent:a",
                     .agent = "a",
                     .transport = "stdio",
                     .tool = "list-vps",
                     .effect = "read",
                     .kind = "",
                     .details = "{\"summary\":\"\xC3\xA9\\n\"}",
                     .prev = "00",
                     .hash = ""};

  CHECK(hash_of(row) == "192ff1bccbcb040cdb90d69203b460284af33fbb83fc596cafa13541b1f28f28");
}
