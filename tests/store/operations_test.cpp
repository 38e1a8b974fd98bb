#include <latch>
#include <thread>

#include "tests/store/operation_rows.h"

using namespace tier0;

namespace {

Began begun(Store& store, const OperationRow& row, const LeaseNames& leases = {}) {
  auto began = store.operations().begin(row, leases);
  REQUIRE(began);
  return *began;
}

bool won(const Began& began) {
  return std::holds_alternative<Unit>(began);
}

OperationRow stored(Store& store, const std::string& id) {
  auto row = store.operations().operation(id);
  REQUIRE(row);
  REQUIRE(row->has_value());
  return **row;
}

void end(Store& store, OperationRow row, OperationStatus status) {
  row.status = status;
  REQUIRE(store.operations().save(row, journal_line("done")));
}

/// Two connections to one file that begin at the same moment; how many of them won.
int winners(const std::filesystem::path& file, const OperationRow& one, const OperationRow& two,
            const LeaseNames& leases) {
  SqliteStore first(file);
  SqliteStore second(file);
  REQUIRE(first.operations().running());
  REQUIRE(second.operations().running());
  std::latch ready(2);
  std::atomic<int> wins = 0;
  const auto race = [&](SqliteStore& store, const OperationRow& row) {
    ready.arrive_and_wait();
    const auto began = store.operations().begin(row, leases);
    if (began && won(*began)) ++wins;
  };
  {
    const std::jthread a([&] { race(first, one); });
    const std::jthread b([&] { race(second, two); });
  }
  return wins;
}

}  // namespace

TEST_CASE("an operation comes back as it was begun", "[store][operations]") {
  const TempFolder folder;
  {
    SqliteStore store(folder / "t.db");
    REQUIRE(store.plans().add_plan(plan_row("plan")));
    OperationRow row = operation_row("a");
    row.plan = "plan";
    row.idempotency_key = "key";
    begun(store, row);
  }

  SqliteStore store(folder / "t.db");
  const OperationRow row = stored(store, "a");

  CHECK(row.tenant == "acme");
  CHECK(row.call == "call-a");
  CHECK(row.runbook == 3);
  CHECK(row.plan == "plan");
  CHECK(row.idempotency_key == "key");
  CHECK(row.scope == R"({"grants":[]})");
  CHECK(row.status == OperationStatus::Running);
  CHECK(row.created == at_ms(1000));
  CHECK(row.lease_until == at_ms(2000));
  CHECK(row.owner == "p1");
  CHECK(row.fence == 1);
}

TEST_CASE("of two operations with one plan that begin at once exactly one wins",
          "[store][operations]") {
  const TempFolder folder;
  REQUIRE(SqliteStore(folder / "t.db").plans().add_plan(plan_row("plan")));
  OperationRow one = operation_row("a");
  OperationRow two = operation_row("b");
  one.plan = two.plan = "plan";

  CHECK(winners(folder / "t.db", one, two, {}) == 1);
}

TEST_CASE("of two operations with one idempotency key that begin at once exactly one wins",
          "[store][operations]") {
  const TempFolder folder;
  OperationRow one = operation_row("a");
  OperationRow two = operation_row("b");
  one.idempotency_key = two.idempotency_key = "key";

  CHECK(winners(folder / "t.db", one, two, {}) == 1);
}

TEST_CASE("of two operations with one lease that begin at once exactly one wins",
          "[store][operations]") {
  const TempFolder folder;

  CHECK(winners(folder / "t.db", operation_row("a"), operation_row("b"), {"vps:1"}) == 1);
}

TEST_CASE("a plan that was applied names the operation that did", "[store][operations]") {
  const TempFolder folder;
  SqliteStore store(folder / "t.db");
  REQUIRE(store.plans().add_plan(plan_row("plan")));
  OperationRow row = operation_row("a");
  row.plan = "plan";
  begun(store, row);
  row.id = "b";

  const Began again = begun(store, row);

  REQUIRE(std::holds_alternative<Taken>(again));
  CHECK(std::get<Taken>(again).operation == "a");
  CHECK_FALSE(std::get<Taken>(again).by_key);
  CHECK((*store.plans().plan("plan"))->operation == "a");
}

TEST_CASE("a plan that nobody made cannot be applied", "[store][operations]") {
  const TempFolder folder;
  SqliteStore store(folder / "t.db");
  OperationRow row = operation_row("a");
  row.plan = "invented";

  const auto began = store.operations().begin(row, {});

  REQUIRE(!began);
  CHECK(began.error().code == Code::NotFound);
}

TEST_CASE("an idempotency key belongs to one principal", "[store][operations]") {
  const TempFolder folder;
  SqliteStore store(folder / "t.db");
  OperationRow row = operation_row("a");
  row.idempotency_key = "key";
  begun(store, row);
  row.id = "b";

  const Began mine = begun(store, row);
  row.principal = "agent:other";
  const Began theirs = begun(store, row);

  REQUIRE(std::holds_alternative<Taken>(mine));
  CHECK(std::get<Taken>(mine).by_key);
  CHECK(won(theirs));
  CHECK((*store.operations().by_key("agent:executor", "key"))->id == "a");
  CHECK_FALSE(store.operations().by_key("agent:executor", "")->has_value());
}

TEST_CASE("leases are taken all or none", "[store][operations]") {
  const TempFolder folder;
  SqliteStore store(folder / "t.db");
  begun(store, operation_row("a"), {"vps:2"});

  const Began held = begun(store, operation_row("b"), {"vps:1", "vps:2"});
  const Began free = begun(store, operation_row("c"), {"vps:1", "vps:1"});

  REQUIRE(std::holds_alternative<Held>(held));
  CHECK(std::get<Held>(held).name == "vps:2");
  CHECK(std::get<Held>(held).operation == "a");
  CHECK(won(free));
  CHECK_FALSE(store.operations().operation("b")->has_value());
}

TEST_CASE("an operation that ends gives its leases back", "[store][operations]") {
  const OperationStatus status = GENERATE(OperationStatus::Done, OperationStatus::Failed,
                                          OperationStatus::Partial, OperationStatus::Abandoned);
  const TempFolder folder;
  SqliteStore store(folder / "t.db");
  begun(store, operation_row("a"), {"vps:1"});

  end(store, operation_row("a"), status);

  CHECK(won(begun(store, operation_row("b"), {"vps:1"})));
}

TEST_CASE("an operation of unknown outcome keeps its leases", "[store][operations]") {
  const TempFolder folder;
  SqliteStore store(folder / "t.db");
  begun(store, operation_row("a"), {"vps:1"});

  end(store, operation_row("a"), OperationStatus::Unknown);

  CHECK(std::holds_alternative<Held>(begun(store, operation_row("b"), {"vps:1"})));
}

TEST_CASE("a saved row and its line of the journal are read back", "[store][operations]") {
  const TempFolder folder;
  SqliteStore store(folder / "t.db");
  OperationRow row = operation_row("a");
  begun(store, row);
  row.step = 2;
  row.is_undoing = true;
  row.is_open = true;
  row.state = R"({"action":7})";
  row.output = R"({"summary":"half"})";
  row.error = R"({"kind":"upstream"})";
  row.wake = at_ms(9000);

  REQUIRE(store.operations().save(row, journal_line("intent")));
  REQUIRE(store.operations().save(row, journal_line("again")));

  const OperationRow read = stored(store, "a");
  CHECK(read.step == 2);
  CHECK(read.is_undoing);
  CHECK(read.is_open);
  CHECK(read.state == row.state);
  CHECK(read.output == row.output);
  CHECK(read.error == row.error);
  CHECK(read.wake == at_ms(9000));
  const auto lines = store.operations().journal("a");
  REQUIRE(lines);
  REQUIRE(lines->size() == 2);
  CHECK(lines->front().seq == 1);
  CHECK(lines->front().event == "intent");
  CHECK(lines->back().seq == 2);
  CHECK(lines->back().time == at_ms(1500));
}

TEST_CASE("a save with an older fence is refused and leaves no line", "[store][operations]") {
  const TempFolder folder;
  SqliteStore store(folder / "t.db");
  const OperationRow row = operation_row("a");
  begun(store, row);
  REQUIRE(store.operations().claim("a", "p2", at_ms(2000), at_ms(4000))->has_value());

  const auto saved = store.operations().save(row, journal_line("done"));

  REQUIRE(!saved);
  CHECK(saved.error().code == Code::Conflict);
  CHECK(store.operations().journal("a")->empty());
}

TEST_CASE("nothing is saved after an operation ended", "[store][operations]") {
  const TempFolder folder;
  SqliteStore store(folder / "t.db");
  begun(store, operation_row("a"));
  end(store, operation_row("a"), OperationStatus::Done);

  const auto saved = store.operations().save(operation_row("a"), journal_line("intent"));

  REQUIRE(!saved);
  CHECK(saved.error().code == Code::Conflict);
  CHECK(stored(store, "a").status == OperationStatus::Done);
}

TEST_CASE("an operation is claimed only once its lease has expired", "[store][operations]") {
  const TempFolder folder;
  SqliteStore store(folder / "t.db");
  begun(store, operation_row("a"));

  const auto early = store.operations().claim("a", "p2", at_ms(1999), at_ms(4000));
  const auto late = store.operations().claim("a", "p2", at_ms(2000), at_ms(4000));

  REQUIRE(early);
  CHECK_FALSE(early->has_value());
  REQUIRE(late);
  REQUIRE(late->has_value());
  CHECK((*late)->owner == "p2");
  CHECK((*late)->fence == 2);
  CHECK((*late)->lease_until == at_ms(4000));
}

TEST_CASE("an owner claims its own operation before its lease expires", "[store][operations]") {
  const TempFolder folder;
  SqliteStore store(folder / "t.db");
  begun(store, operation_row("a"));

  const auto own = store.operations().claim("a", "p1", at_ms(1000), at_ms(4000));

  REQUIRE(own);
  CHECK(own->has_value());
}

TEST_CASE("an ended operation is never claimed, one of unknown outcome is", "[store][operations]") {
  const TempFolder folder;
  SqliteStore store(folder / "t.db");
  begun(store, operation_row("a"));
  begun(store, operation_row("b"));
  end(store, operation_row("a"), OperationStatus::Done);
  end(store, operation_row("b"), OperationStatus::Unknown);

  CHECK_FALSE(store.operations().claim("a", "p1", at_ms(9000), at_ms(9999))->has_value());
  CHECK(store.operations().claim("b", "p1", at_ms(9000), at_ms(9999))->has_value());
}

TEST_CASE("renewing moves the lease of an owner's running operations only", "[store][operations]") {
  const TempFolder folder;
  SqliteStore store(folder / "t.db");
  begun(store, operation_row("a"));
  OperationRow other = operation_row("b");
  other.owner = "p2";
  begun(store, other);

  REQUIRE(store.operations().renew("p1", at_ms(7000)));

  CHECK(stored(store, "a").lease_until == at_ms(7000));
  CHECK(stored(store, "b").lease_until == at_ms(2000));
}

TEST_CASE("operations are listed newest first, by principal and to a limit",
          "[store][operations]") {
  const TempFolder folder;
  SqliteStore store(folder / "t.db");
  begun(store, operation_row("a"));
  begun(store, operation_row("b"));
  OperationRow other = operation_row("c");
  other.principal = "agent:other";
  begun(store, other);
  end(store, operation_row("a"), OperationStatus::Done);

  const auto all = store.operations().operations("", 2);
  const auto mine = store.operations().operations("agent:executor", 9);
  const auto running = store.operations().running();

  REQUIRE(all);
  REQUIRE(all->size() == 2);
  CHECK(all->front().id == "c");
  REQUIRE(mine);
  REQUIRE(mine->size() == 2);
  CHECK(mine->front().id == "b");
  REQUIRE(running);
  CHECK(running->size() == 2);
}

TEST_CASE("a store opened for reading lists operations and begins none", "[store][operations]") {
  const TempFolder folder;
  SqliteStore owner(folder / "t.db");
  begun(owner, operation_row("a"));
  SqliteStore reader(folder / "t.db", SqliteStore::Access::ReadOnly);

  CHECK(stored(reader, "a").id == "a");
  CHECK(!reader.operations().begin(operation_row("b"), {}));
  CHECK(!reader.operations().save(operation_row("a"), journal_line("done")));
  CHECK(!reader.plans().add_plan(plan_row("plan")));
}

TEST_CASE("every status has a name that is read back", "[store][operations]") {
  for (const auto status :
       {OperationStatus::Running, OperationStatus::Done, OperationStatus::Failed,
        OperationStatus::Partial, OperationStatus::Unknown, OperationStatus::Abandoned})
    CHECK(*parse_operation_status(to_string(status)) == status);
  CHECK(!parse_operation_status("fine"));
}
