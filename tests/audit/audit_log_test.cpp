#include "server/audit/audit_log.h"

#include <thread>

#include "tests/audit/fixture.h"
#include "tests/fakes/failing_store.h"

using namespace tier0;
using Events = std::vector<std::string>;

TEST_CASE("a mutation's record is on disk when begin returns", "[audit]") {
  AuditFixture audit;
  SqliteStore store(audit.database());
  StoreAuditLog log(store, audit.heads(), audit.clock);

  const auto ticket = log.begin(entry_of("c1", "destructive"));

  REQUIRE(ticket);
  CHECK(audit.events() == Events{"start", "begin c1"});
}

TEST_CASE("an effect that nobody named is treated as a mutation", "[audit]") {
  AuditFixture audit;
  SqliteStore store(audit.database());
  StoreAuditLog log(store, audit.heads(), audit.clock);

  const auto ticket = log.begin(entry_of("c1", ""));

  REQUIRE(ticket);
  CHECK(audit.events() == Events{"start", "begin c1"});
}

TEST_CASE("a read's record follows by itself", "[audit]") {
  AuditFixture audit;
  SqliteStore store(audit.database());
  StoreAuditLog log(store, audit.heads(), audit.clock);
  REQUIRE(log.begin(entry_of("c1")));
  const auto began = std::chrono::steady_clock::now();

  const auto ticket = log.begin(entry_of("c2", "read"));

  REQUIRE(ticket);
  CHECK(comes_true(std::chrono::seconds(10), [&] { return audit.rows().back().call == "c2"; }));
  // 100 ms is the rule; the rest is a loaded test machine.
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(5));
}

TEST_CASE("records keep the order of the calls whatever their kind", "[audit]") {
  AuditFixture audit;
  {
    SqliteStore store(audit.database());
    StoreAuditLog log(store, audit.heads(), audit.clock);
    auto read = log.begin(entry_of("r", "read"));
    REQUIRE(read);
    REQUIRE(log.refused(entry_of("x"), {.code = Code::PolicyDenied, .message = "no"}));
    auto write = log.begin(entry_of("w", "write"));
    REQUIRE(write);
    log.finish(*std::move(read), {});
    log.finish(*std::move(write), {});
  }

  CHECK(audit.events() ==
        Events{"start", "begin r", "refused x", "begin w", "finish r", "finish w", "stop"});
}

TEST_CASE("a record holds who, what and why", "[audit]") {
  AuditFixture audit;
  audit.run(1);

  const AuditRow begin = audit.rows().at(1);

  CHECK(begin.principal == "agent:executor-codex");
  CHECK(begin.agent == "executor-codex");
  CHECK(begin.tenant == "acme");
  CHECK(begin.transport == "http");
  CHECK(begin.tool == "enable-firewall");
  CHECK(begin.effect == "write");
  CHECK(begin.details == R"({"arguments":{"vps":"17923"},"grant":"executor-codex#1","policy":3,)"
                         R"("targets":[{"dimension":"vps","id":"17923"}],"verdict":"allow"})");
}

TEST_CASE("a finish says how it ended", "[audit]") {
  AuditFixture audit;
  {
    SqliteStore store(audit.database());
    StoreAuditLog log(store, audit.heads(), audit.clock);
    auto ticket = log.begin(entry_of("c1"));
    REQUIRE(ticket);
    log.finish(*std::move(ticket), {.failure = Code::Upstream,
                                    .changed = std::nullopt,
                                    .summary = "the provider\x1b[31m failed",
                                    .duration = std::chrono::microseconds(1500),
                                    .evidence_digest = "abc",
                                    .plan_id = {},
                                    .operation_id = "op-1"});
  }

  const AuditRow finish = audit.rows().at(2);

  CHECK(finish.event == "finish");
  CHECK(finish.call == "c1");
  CHECK(finish.kind == "upstream");
  CHECK(finish.details ==
        R"({"changed":null,"duration_us":1500,"evidence":"abc","operation_id":"op-1",)"
        R"("summary":"the provider failed"})");
}

TEST_CASE("a ticket that is dropped records an unknown outcome", "[audit]") {
  AuditFixture audit;
  {
    SqliteStore store(audit.database());
    StoreAuditLog log(store, audit.heads(), audit.clock);
    { const auto ticket = log.begin(entry_of("c1")); }
    REQUIRE(log.flush());
  }

  CHECK(audit.rows().at(2).kind == "unknown");
}

TEST_CASE("a ticket that was handed on records one end", "[audit]") {
  AuditFixture audit;
  {
    SqliteStore store(audit.database());
    StoreAuditLog log(store, audit.heads(), audit.clock);
    auto ticket = log.begin(entry_of("c1"));
    REQUIRE(ticket);
    AuditTicket other = *std::move(ticket);
    log.finish(std::move(other), {});
  }

  CHECK(audit.events() == Events{"start", "begin c1", "finish c1", "stop"});
}

TEST_CASE("mutations at the same time share commits", "[audit]") {
  AuditFixture audit;
  SqliteStore disk(audit.database());
  FailingStore store(disk);
  constexpr int kThreads = 8;
  constexpr int kCalls = 40;
  {
    StoreAuditLog log(store, audit.heads(), audit.clock);
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t)
      threads.emplace_back([&log, t] {
        for (int i = 0; i < kCalls; ++i) {
          auto ticket = log.begin(entry_of(std::to_string(t) + "-" + std::to_string(i)));
          if (ticket) log.finish(*std::move(ticket), {});
        }
      });
  }

  CHECK(audit.rows().size() == 2 * kThreads * kCalls + 2);
  CHECK(store.appends() < kThreads * kCalls);
  CHECK(!audit.verify().fault);
}

TEST_CASE("a call whose record fails is not made", "[audit][failure]") {
  AuditFixture audit;
  SqliteStore disk(audit.database());
  FailingStore store(disk);
  StoreAuditLog log(store, audit.heads(), audit.clock);
  store.fail(true);

  const auto ticket = log.begin(entry_of("c1"));

  REQUIRE(!ticket);
  CHECK(ticket.error().code == Code::AuditUnavailable);
  CHECK(ticket.error().hint == "Free space.");
}

TEST_CASE("after a failed write a read waits for its own record", "[audit][failure]") {
  AuditFixture audit;
  SqliteStore disk(audit.database());
  FailingStore store(disk);
  StoreAuditLog log(store, audit.heads(), audit.clock);
  store.fail(true);
  REQUIRE(!log.begin(entry_of("w1")));

  const auto while_broken = log.begin(entry_of("r1", "read"));
  const auto refusal =
      log.refused(entry_of("r2", "read"), {.code = Code::PolicyDenied, .message = "no"});
  store.fail(false);
  const auto when_mended = log.begin(entry_of("r3", "read"));

  REQUIRE(!while_broken);
  CHECK(while_broken.error().code == Code::AuditUnavailable);
  CHECK(!refusal);
  REQUIRE(when_mended);
  CHECK(audit.events() == Events{"start", "begin r3"});
}

TEST_CASE("a pause or a flush does not pass for a write that worked", "[audit][failure]") {
  AuditFixture audit;
  SqliteStore disk(audit.database());
  FailingStore store(disk);
  StoreAuditLog log(store, audit.heads(), audit.clock);
  REQUIRE(log.begin(entry_of("w1")));
  REQUIRE(log.flush());
  store.fail(true);
  REQUIRE(!log.begin(entry_of("w2")));
  const auto head = [&] { return read_heads(audit.heads()); };
  REQUIRE(comes_true(std::chrono::seconds(10), [&] { return head()->back().count == 3; }));
  REQUIRE(log.flush());

  CHECK(!log.begin(entry_of("r1", "read")));
}

TEST_CASE("the head file catches up when nothing happens", "[audit]") {
  AuditFixture audit;
  SqliteStore store(audit.database());
  StoreAuditLog log(store, audit.heads(), audit.clock);

  const auto ticket = log.begin(entry_of("w1"));

  CHECK(comes_true(std::chrono::seconds(10), [&] {
    const auto heads = read_heads(audit.heads());
    return heads && heads->back().count == 2;
  }));
}

TEST_CASE("what was recorded before a failure is written after it, in order", "[audit][failure]") {
  AuditFixture audit;
  SqliteStore disk(audit.database());
  FailingStore store(disk);
  {
    StoreAuditLog log(store, audit.heads(), audit.clock);
    auto running = log.begin(entry_of("w1"));
    REQUIRE(running);
    store.fail(true);
    log.finish(*std::move(running), {});
    REQUIRE(!log.begin(entry_of("w2")));
    store.fail(false);
    REQUIRE(log.begin(entry_of("w3")));
  }

  CHECK(audit.events() ==
        Events{"start", "begin w1", "finish w1", "begin w3", "finish w3", "stop"});
  CHECK(!audit.verify().fault);
}

TEST_CASE("a log that records nothing touches nothing", "[audit]") {
  AuditFixture audit;
  {
    SqliteStore store(audit.database());
    const StoreAuditLog log(store, audit.heads(), audit.clock);
  }

  CHECK(std::filesystem::is_empty(audit.folder.path()));
}
