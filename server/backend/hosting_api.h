#pragma once

#include "server/backend/backup_api.h"
#include "server/backend/billing_api.h"
#include "server/backend/docker_api.h"
#include "server/backend/domain_api.h"
#include "server/backend/firewall_api.h"
#include "server/backend/key_api.h"
#include "server/backend/malware_api.h"
#include "server/backend/operation_api.h"
#include "server/backend/provision_api.h"
#include "server/backend/vps_api.h"

namespace tier0 {

/// One account at the hosting provider. Thread-safe; every method blocks until it has an answer,
/// the stop or the deadline of its Cancel.
///
/// Errors of every method: auth (the token is refused), forbidden, edge_blocked (something before
/// the API answered), not_found, not_ours ([DNS:4002]), validation (with the fields), locked (423),
/// conflict (409), wrong_state (402, the payment was declined; [VPS:2044], no Docker there),
/// rate_limited (with retry_after), upstream (5xx, an answer that makes no sense, no connection),
/// timeout, cancelled, and those of the source of the token, such as secret_unavailable.
///
/// Reads are repeated inside until an answer, the deadline or the fourth try. Writes are sent once.
/// A write that may have left without an answer coming back is timeout_unknown, whatever ended it
/// (deadline, stop, reset). On any error of a write, `maybe_done` tells whether it may have
/// happened all the same (timeout_unknown always; 5xx too): then read the world, never call again
/// blindly. Without `maybe_done` it did not happen.
class HostingApi : public VpsApi,
                   public ProvisionApi,
                   public BackupApi,
                   public FirewallApi,
                   public KeyApi,
                   public MalwareApi,
                   public DockerApi,
                   public DomainApi,
                   public BillingApi,
                   public OperationApi {};

}  // namespace tier0
