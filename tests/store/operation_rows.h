#pragma once

#include <catch2/catch.hpp>

#include "server/store/sqlite_store.h"
#include "tests/fakes/temp_folder.h"

namespace tier0 {

constexpr WallTime at_ms(std::int64_t milliseconds) {
  return WallTime{std::chrono::milliseconds(milliseconds)};
}

inline OperationRow operation_row(const std::string& id) {
  return {.id = id,
          .tenant = "acme",
          .principal = "agent:executor",
          .agent = "executor",
          .transport = "stdio",
          .call = "call-" + id,
          .tool = "restore-vps",
          .runbook = 3,
          .arguments = R"({"vps":"17923"})",
          .arguments_digest = "digest",
          .plan = "",
          .idempotency_key = "",
          .scope = R"({"grants":[]})",
          .state = "{}",
          .output = "{}",
          .error = "",
          .created = at_ms(1000),
          .updated = at_ms(1000),
          .wake = at_ms(0),
          .owner = "p1",
          .lease_until = at_ms(2000),
          .fence = 1};
}

inline JournalRow journal_line(const std::string& event) {
  return {.seq = 0, .time = at_ms(1500), .step = "first", .event = event, .detail = "{}"};
}

inline PlanRow plan_row(const std::string& id) {
  return {.id = id,
          .tenant = "acme",
          .principal = "agent:executor",
          .tool = "restore-vps",
          .arguments = R"({"vps":"17923"})",
          .arguments_digest = "digest",
          .shown = "{}",
          .observed = "{}",
          .state_digest = "state",
          .created = at_ms(1000),
          .expires = at_ms(5000)};
}

}  // namespace tier0
