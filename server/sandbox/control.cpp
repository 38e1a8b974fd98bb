#include "server/sandbox/control.h"

#include <algorithm>
#include <array>

#include "server/crypto/crypto.h"
#include "server/sandbox/control_hosts.h"
#include "server/sandbox/replies.h"
#include "server/sandbox/timeline.h"

namespace tier0::sandbox {
namespace {

struct Errand {
  Stage& stage;
  const Request& request;
  Json body;
  Millis real;
};

Response wrong(const Error& error) {
  Response response = ok({{"message", error.message}, {"hint", error.hint}});
  response.status = 422;
  return response;
}

bool is_change(const Request& request) {
  return request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
}

Result<Unit> rebuild(Stage& stage, Millis real) {
  T0_TRY(World world, make_world(stage.seeding, stage.world.tokens, real));
  stage.world = std::move(world);
  stage.limits.clear();
  stage.log.clear();
  return Unit{};
}

Response reset(Errand& errand) {
  if (!is_change(errand.request)) return refusal(errand.stage.world, 405, "POST resets.");
  const Json* seed = find_member(errand.body, "seed");
  if (seed != nullptr && !seed->is_number_unsigned())
    return wrong({.code = Code::Validation, .message = "seed is a whole number"});
  if (seed != nullptr) {
    errand.stage.seeding.seed = seed->get<std::uint64_t>();
    errand.stage.seeding.fixture.reset();
  }
  if (auto done = rebuild(errand.stage, errand.real); !done) return wrong(done.error());
  return ok({{"seed", errand.stage.world.seed}});
}

Response fixture(Errand& errand) {
  if (!is_change(errand.request)) return ok(to_json_value(errand.stage.world));
  const std::optional<Json> before = errand.stage.seeding.fixture;
  errand.stage.seeding.fixture = errand.body;
  if (auto done = rebuild(errand.stage, errand.real); !done) {
    errand.stage.seeding.fixture = before;
    return wrong(done.error());
  }
  return ok({{"seed", errand.stage.world.seed}});
}

/// When the last of what runs now will be over; empty where nothing runs.
std::optional<Millis> settled_at(const World& world) {
  std::optional<Millis> last;
  for (const Event& event : world.events)
    if (event.what.starts_with("action.") || event.what == "ssh.up" || event.what == "ip.assigned")
      last = event.at;
  return last;
}

Response clock(Errand& errand) {
  World& world = errand.stage.world;
  const Json* scale = find_member(errand.body, "time_scale");
  if (scale != nullptr && (!scale->is_number() || *scale <= 0 || *scale > 1e6))
    return wrong({.code = Code::Validation, .message = "time_scale is a number above 0"});
  if (scale != nullptr) world.time_scale = errand.stage.seeding.time_scale = scale->get<double>();
  for (const auto& [name, unit] : {std::pair{"advance_ms", 1}, std::pair{"advance_s", 1000}}) {
    const Json* by = find_member(errand.body, name);
    if (by == nullptr) continue;
    if (!by->is_number_integer() || *by < 0 || *by > 10'000'000'000)
      return wrong({.code = Code::Validation, .message = "advance is a whole number, 0 or more"});
    world.offset += by->get<Millis>() * unit;
  }
  advance(world, errand.real + world.offset);
  const Json* settle = find_member(errand.body, "settle");
  const bool settles = settle != nullptr && *settle == true;
  // What ends may start something else, as an installation starts a boot.
  for (auto last = settled_at(world); last && settles; last = settled_at(world)) {
    world.offset = *last - errand.real;
    advance(world, *last);
  }
  const Millis now = errand.real + world.offset;
  return ok({{"now", stamp(now)}, {"offset_ms", world.offset}, {"time_scale", world.time_scale}});
}

Response faults(Errand& errand) {
  World& world = errand.stage.world;
  if (errand.request.method == "DELETE") {
    const auto id = errand.request.query.find("id");
    std::erase_if(world.faults, [&](const Fault& fault) {
      return id == errand.request.query.end() || id->second == std::to_string(fault.id);
    });
  }
  if (is_change(errand.request)) {
    const Json list = errand.body.is_array() ? errand.body : Json::array({errand.body});
    std::vector<Fault> added;
    for (const Json& entry : list) {
      auto fault = fault_from_json(entry);
      if (!fault) return wrong(fault.error());
      fault->id = new_id(world);
      fault->matched = fault->hit = 0;
      added.push_back(*std::move(fault));
    }
    world.faults.insert(world.faults.end(), added.begin(), added.end());
  }
  Json list = Json::array();
  for (const Fault& fault : world.faults) list.push_back(to_json_value(fault));
  return ok({{"faults", std::move(list)}});
}

Response quirks(Errand& errand) {
  Quirks& quirks = errand.stage.world.quirks;
  if (errand.request.method == "DELETE") quirks = {};
  if (is_change(errand.request)) {
    Quirks next = quirks;
    for (const auto& [name, value] : errand.body.items())
      if (auto set = next.set(name, value); !set) return wrong(set.error());
    quirks = next;
  }
  Json about = Json::object();
  for (const QuirkSpec& spec : quirk_specs()) about[std::string(spec.name)] = spec.about;
  return ok({{"quirks", quirks.all()}, {"about", std::move(about)}});
}

Response requests(Errand& errand) {
  if (errand.request.method == "DELETE") errand.stage.log.clear();
  return ok(errand.stage.log.list(errand.request.query));
}

Response hosts(Errand& errand) {
  const Millis now = errand.real + errand.stage.world.offset;
  if (is_change(errand.request))
    if (auto done = change_host(errand.stage, errand.body, now); !done) return wrong(done.error());
  return ok(hosts_view(errand.stage, now));
}

bool authorized(const World& world, const Request& request) {
  const auto given = request.headers.find("authorization");
  const auto full = std::ranges::find(world.tokens, "full", &Token::id);
  return given != request.headers.end() && full != world.tokens.end() &&
         crypto::constant_time_equal(given->second, "Bearer " + full->value);
}

}  // namespace

Response control(Stage& stage, const Request& request, Millis real) {
  if (!authorized(stage.world, request)) return refusal(stage.world, 401, "Unauthenticated");
  struct Row {
    std::string_view path;
    Response (*run)(Errand&);
  };
  constexpr std::array kRows = {Row{"/__sim/reset", reset},   Row{"/__sim/fixture", fixture},
                                Row{"/__sim/clock", clock},   Row{"/__sim/faults", faults},
                                Row{"/__sim/quirks", quirks}, Row{"/__sim/requests", requests},
                                Row{"/__sim/hosts", hosts}};
  const auto row = std::ranges::find(kRows, request.path, &Row::path);
  if (row == kRows.end()) return not_found(stage.world);
  Errand errand{.stage = stage, .request = request, .body = Json::object(), .real = real};
  if (!request.body.empty()) {
    auto body = parse_json(request.body, {.bytes = std::size_t{64} * 1024 * 1024});
    if (!body) return wrong(body.error());
    if (!body->is_structured())
      return wrong({.code = Code::Validation, .message = "the body is a JSON object or list"});
    errand.body = *std::move(body);
  }
  return row->run(errand);
}

Json endpoints_view(const Stage& stage) {
  Json view = Json::object();
  for (const auto& [vps, endpoint] : stage.endpoints)
    view[vps] = {
        {"address", endpoint.address}, {"port", endpoint.port}, {"host_key", endpoint.host_key}};
  return view;
}

}  // namespace tier0::sandbox
