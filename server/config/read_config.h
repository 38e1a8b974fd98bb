#pragma once

#include <string>
#include <vector>

#include "server/base/document.h"
#include "server/config/config.h"

namespace tier0::config {

/// tier0.yaml as values. The document has passed schemas/config/tier0.schema.json; faults that a
/// schema cannot see are added with their places, and with any the value is not to be used.
Config read_config(const Document& document, std::vector<Detail>& faults);

/// tenants/NAME.yaml likewise. Names of hosts become provider ids.
TenantConfig read_tenant(const Document& document, const Config& config,
                         std::vector<Detail>& faults);

}  // namespace tier0::config
