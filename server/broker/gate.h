#pragma once

#include <optional>
#include <string>
#include <variant>

#include "server/approval/approval_rules.h"
#include "server/approval/plans.h"
#include "server/base/cancel.h"
#include "server/base/progress.h"
#include "server/broker/call_meter.h"
#include "server/broker/controls.h"
#include "server/broker/fleet.h"
#include "server/broker/reply.h"
#include "server/policy/exposure.h"
#include "server/policy/policy.h"

namespace tier0 {

/// What the user of the client said to AskClient.
struct ClientAnswer {
  enum class Said { Yes, No, Nothing };
  std::string plan;
  Said said = Said::Nothing;
};

/// One call as it arrives. `arguments` is a stranger's object; `answer` and `can_ask` come from the
/// protocol, never from an argument.
struct CallRequest {
  Principal who;
  std::string tool;
  Json arguments = Json::object();
  std::string transport;  // stdio, http, sse, socket or cli
  const Exposure& exposure;
  Cancel cancel;
  Progress& progress;
  bool can_ask = false;  // the client can show its user a form now
  std::optional<ClientAnswer> answer = {};
};

/// A call that may go on, though perhaps only after a person's yes.
struct Admitted {
  const Tool* tool = nullptr;
  Json args;  // checked, resolved, without the controls
  ArgumentsKey key;
  Controls controls;
  std::optional<PlanRow> plan = {};  // the one of controls.plan_id
  Decision decision;
  Limits limits;
  ApprovalRules rules;
};

struct Refusal {
  std::variant<Error, UnknownTool> why;
  const Tool* tool = nullptr;
  Decision decision = {};
};

/// The first half of a call: find, may see, validate, resolve selectors, decide. Changes nothing.
/// Thread-safe.
class Gate {
 public:
  Gate(const Registry& registry, Fleet& fleet, Plans& plans, CallMeter& meter, const Clock& clock)
      : registry_(registry), fleet_(fleet), plans_(plans), meter_(meter), clock_(clock) {}

  std::variant<Admitted, Refusal> admit(const CallRequest& request, const Policy& policy);

 private:
  Result<Admitted> read_call(const CallRequest& request, const Policy& policy, const Tool& tool);
  Result<Json> resolve(const CallRequest& request, const Policy& policy, const Tool& tool,
                       Json args);

  const Registry& registry_;
  Fleet& fleet_;
  Plans& plans_;
  CallMeter& meter_;
  const Clock& clock_;
};

}  // namespace tier0
