#include "server/operation/operations.h"

#include "server/operation/engine.h"

namespace tier0 {

Operations::Operations(const Registry& registry, OperationStore& store, AuditLog& audit,
                       StepWorlds& worlds, const Clock& clock, OperationOptions options)
    : engine_(std::make_unique<Engine>(registry, store, audit, worlds, clock, std::move(options))) {
}

Operations::~Operations() {
  shutdown();
}

Result<Started> Operations::start(const OperationStart& request, const Plan& plan,
                                  AuditTicket& ticket) {
  return engine_->start(request, plan, ticket);
}

Result<OperationSnapshot> Operations::snapshot(const std::string& id) {
  return engine_->snapshot(id);
}

Result<std::vector<OperationSnapshot>> Operations::list(const std::string& principal,
                                                        std::size_t limit) {
  return engine_->list(principal, limit);
}

Operations::WatchId Operations::watch(const std::string& id, TimePoint deadline,
                                      OperationWatcher watcher) {
  return engine_->watch(id, deadline, std::move(watcher));
}

void Operations::unwatch(WatchId id) {
  engine_->unwatch(id);
}

void Operations::resume_all() {
  engine_->resume_all();
}

Result<Unit> Operations::resume(const std::string& id, const std::string& person) {
  return engine_->audited("operations-resume", id, person, [&] { return engine_->resume(id); });
}

Result<Unit> Operations::abandon(const std::string& id, const std::string& person) {
  return engine_->audited("operations-abandon", id, person,
                          [&] { return engine_->abandon(id, person); });
}

void Operations::shutdown() {
  engine_->shutdown();
}

}  // namespace tier0
