#include "server/hosting/paths.h"

namespace tier0::hosting {

std::string vps_path(std::string_view kind) {
  return std::string("/api/vps/v1/").append(kind);
}

std::string vps_path(std::string_view kind, std::string_view id) {
  return vps_path(kind) + "/" + encode_component(id);
}

std::string machine_path(const VpsId& vps) {
  return vps_path("virtual-machines", vps.value);
}

}  // namespace tier0::hosting
