#include "server/approval/shown_plan.h"

namespace tier0 {

ToolOutput shown_plan(const Plan& plan) {
  return {.summary = plan.summary,
          .data = {{"effects", plan.effects},
                   {"targets", plan.targets},
                   {"lost", plan.lost},
                   {"price", plan.price},
                   {"duration_s", plan.duration.count()},
                   {"rollback", plan.rollback}},
          .changed = false,
          .warnings = plan.warnings};
}

}  // namespace tier0
