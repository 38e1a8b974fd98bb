#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/sandbox/disk.h"

namespace tier0::sandbox {

struct ComposeService {
  std::string name;
  std::string image;
  bool has_health_check = false;
};

/// The services of a compose file, as far as the simulation needs them: block style only, by
/// indentation. Empty where the text has no services.
std::vector<ComposeService> compose_services(const std::string& content);

/// The containers that bringing the services up makes.
std::vector<Container> start_containers(const std::string& project,
                                        const std::vector<ComposeService>& services);

/// The digest that an image has after `pulls` newer versions were pulled.
std::string image_digest(const std::string& image, std::int64_t pulls);

}  // namespace tier0::sandbox
