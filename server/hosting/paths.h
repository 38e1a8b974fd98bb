#pragma once

#include <string>
#include <string_view>

#include "server/backend/hosting_ids.h"
#include "server/net/url.h"

namespace tier0::hosting {

/// /api/vps/v1/KIND
std::string vps_path(std::string_view kind);
/// /api/vps/v1/KIND/ID
std::string vps_path(std::string_view kind, std::string_view id);
std::string machine_path(const VpsId& vps);

}  // namespace tier0::hosting
