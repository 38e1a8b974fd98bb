#pragma once

#include <string>
#include <string_view>

#include "server/backend/hosting_ids.h"
#include "server/net/url.h"

namespace tier0::hosting {

inline constexpr std::string_view kVps = "/api/vps/v1";

/// /api/vps/v1/KIND/ID
inline std::string vps_path(std::string_view kind, std::string_view id) {
  return std::string(kVps) + "/" + std::string(kind) + "/" + encode_component(id);
}

inline std::string machine_path(const VpsId& vps) {
  return vps_path("virtual-machines", vps.value);
}

}  // namespace tier0::hosting
